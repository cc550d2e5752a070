from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.report.safe import safe


@pytest.mark.parametrize(
    ("dangerous", "shown"),
    [
        ("\x1b[32mPASS\x1b[0m", r"\x1b[32mPASS\x1b[0m"),
        ("\x9b2J", r"\x9b2J"),
        ("a\rb\nc\td\0", r"a\rb\nc\td\x00"),
        ("\x7f\x85", r"\x7f\x85"),
        ("\u202eSSAP\u202c", r"\u202eSSAP\u202c"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\ud800", r"\ud800"),
        ("\ufffe", r"\ufffe"),
    ],
    ids=["ESC", "CSI", "C0", "C1", "override", "isolate", "separators", "invisible", "surrogate", "non-character"],
)
def test_what_does_not_simply_print_is_written_out(dangerous: str, shown: str) -> None:
    assert safe(dangerous) == shown


@pytest.mark.parametrize("text", ["", "lost: 2 of 50", "Grüße, 世界 🎉", "<script>|`\\"])
def test_what_prints_is_left_as_it_is(text: str) -> None:
    assert safe(text) == text


@given(st.text(st.characters()))
def test_any_text_becomes_one_printable_line_that_can_be_encoded(text: str) -> None:
    shown = safe(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
    assert safe(shown) == shown
