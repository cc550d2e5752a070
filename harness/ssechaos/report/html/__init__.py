"""``index.html``: the whole session as one page without any outside part, drawn from summary and histories. Pure.

markup      elements, with everything that is not markup escaped
svg         the few shapes that pictures are made of
axis        seconds to pixels, the same for all pictures of a card
picture     what the pictures of one run share: history, axis, the client shown, marks of findings
troubles    events that did not arrive as they should, and the circumstances
lanes       what happened, one lane below the other; ``lane_*`` draw one kind each
staircase   sequence over time;  delays: how late events came;  recovery: ways back against their limit
findings, objectives, raw, card, overview, cautions, page: the parts of the page from small to large
"""

from ssechaos.report.html.page import report_html

__all__ = ["report_html"]
