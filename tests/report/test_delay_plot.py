"""The picture of delays."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ssechaos.report.delay_plot import delay_plot

SVG = "{http://www.w3.org/2000/svg}"


def test_each_name_has_its_curve_and_its_count() -> None:
    picture = ET.fromstring(delay_plot("Late", {"packet": [0.1, 0.2], "embedded": [0.3]}))  # noqa: S314 - our own
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert "Late" in words
    assert "packet: 2 events" in words
    assert len(list(picture.iter(f"{SVG}polyline"))) == 2


def test_longer_delays_are_further_right_and_fewer_further_down() -> None:
    picture = ET.fromstring(delay_plot("", {"x": [2.0, 0.1, 0.5]}))  # noqa: S314 - our own
    (curve,) = picture.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split())) for point in curve.attrib["points"].split(",")]
    assert points == sorted(points)


def test_delays_beyond_the_axes_stay_in_the_picture() -> None:
    picture = ET.fromstring(delay_plot("", {"x": [0.0, 1000.0]}))  # noqa: S314 - our own
    (curve,) = picture.iter(f"{SVG}polyline")
    assert all(0 <= float(x) <= 720 for x, _ in (point.split() for point in curve.attrib["points"].split(",")))


def test_names_are_escaped() -> None:
    assert "<b>" not in delay_plot("<b>", {"<b>": [0.1]})
