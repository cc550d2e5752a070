"""Colours are legible in light and dark: 4.5 to 1 for text, 3 to 1 for marks (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

STYLE = files("ssechaos.report.html").joinpath("style.css").read_text(encoding="utf-8")
TEXTS = [
    *(("ink", ground) for ground in ("page", "surface", "sunken", "fault", "wire", "area")),
    *(("ink", state) for state in ("open", "waiting", "reconnecting", "connecting", "closed")),
    *(("ink", tint) for tint in ("pass-tint", "fail-tint", "invalid-tint", "skipped-tint")),
    *(("muted", ground) for ground in ("page", "surface", "sunken", "invalid-tint")),
    *(("link", ground) for ground in ("page", "surface", "invalid-tint")),
    *(
        (verdict, ground)
        for verdict in ("pass", "fail", "invalid", "skipped")
        for ground in ("surface", f"{verdict}-tint")
    ),
    ("surface", "bad"),
    ("bad", "surface"),
]
MARKS = (
    *("event", "again", "life", "produced", "other", "bad", "told", "fault-edge", "wire-edge", "focus"),
    *("open-edge", "waiting-edge", "reconnecting-edge", "connecting-edge", "closed-edge"),
)


def colours(scheme: str) -> dict[str, str]:
    """The variables of a scheme; those of the dark one stand in the second block."""
    block = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[("light", "dark").index(scheme)]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    """``colour`` laid over ``ground`` with that opacity."""
    pairs = ((int(colour[place : place + 2], 16), int(ground[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(top * share + below * (1 - share)):02x}" for top, below in pairs)


def shaded(scheme: str) -> str:
    """What the surface of a card looks like while two faults are in force."""
    known = colours(scheme)
    strengths = re.findall(r"--shade-strength: ([.\d]+)", STYLE)
    share = float(strengths[("light", "dark").index(scheme)])
    return mixed(known["shade"], mixed(known["shade"], known["surface"], share), share)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_both_schemes_define_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_is_legible(scheme: str, text: str, ground: str) -> None:
    known = colours(scheme)
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mark", MARKS)
def test_marks_are_seen_also_where_faults_are_in_force(scheme: str, mark: str) -> None:
    known = colours(scheme)
    assert contrast(known[mark], known["surface"]) >= 3
    assert contrast(known[mark], shaded(scheme)) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "muted", "bad"])
def test_words_in_pictures_are_legible_where_faults_are_in_force(scheme: str, text: str) -> None:
    assert contrast(colours(scheme)[text], shaded(scheme)) >= 4.5


def test_every_colour_that_is_used_is_defined() -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", STYLE)) <= {*colours("light"), "shade-strength", "hatch"}
