"""Whether an observed count is what a set probability gives, told from mere chance."""

from __future__ import annotations

from math import log

_DOUBT = 0.001


def plausible(hits: float, trials: float, share: float) -> bool:
    """Whether ``hits`` of ``trials`` lies in the 99.9% interval of a true probability ``share``.

    The interval is Chernoff's: a share as far out as p, on its side, has a probability of at most
    exp(-n D(p, share)), D being the relative entropy. So it is never too narrow, however few the trials are.
    """
    return trials > 0 and trials * _divergence(hits / trials, share) <= log(2 / _DOUBT)


def _divergence(observed: float, share: float) -> float:
    return _term(observed, share) + _term(1 - observed, 1 - share)


def _term(observed: float, expected: float) -> float:
    if not observed:
        return 0.0
    return observed * log(observed / expected) if expected else float("inf")
