"""The band in which networks agree: what is inside, what is outside, and what is not compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ssechaos.report.agreement import Side, as_json, report_text
from ssechaos.report.band import EXPLAINED, LOSS, OTHERS, Band, agreement, band_of

QUANTILES = {"p50": 0.1, "p75": 0.2, "p90": 0.3, "p95": 0.4, "p99": 1.0, "max": 2.0}

PACKET = Side(
    scenario="loss",
    network="packet",
    runs=24,
    verdicts={"PASS": 24},
    delivered=50.0,
    lost=0.0,
    duplicates=0.0,
    recovery_p95=1.0,
    rate=None,
    longest_hold=None,
    events=4000,
    delays={name: delay + 0.025 for name, delay in QUANTILES.items()},
    way=0.025,
    burst=1.0,
    modelled=False,
)
MODEL = replace(PACKET, network="embedded", delays=QUANTILES, way=0.0, modelled=True)


def outside(*sides: Side) -> list[str]:
    return [found.measured for found in agreement(sides).differences]


def test_the_way_itself_is_no_difference() -> None:
    assert outside(PACKET, MODEL) == []


@pytest.mark.parametrize(("name", "factor"), [("p50", 1.6), ("p90", 1.6), ("p99", 2.5)])
def test_a_delay_outside_the_band_is_named(name: str, factor: float) -> None:
    at_most = replace(MODEL, delays=QUANTILES | {name: QUANTILES[name] * factor * 0.99})
    assert outside(PACKET, at_most) == []
    slower = replace(MODEL, delays=QUANTILES | {name: QUANTILES[name] * factor * 1.01})
    assert outside(PACKET, slower) == [f"delay {name} in s"]


def test_the_largest_delay_of_all_is_chance() -> None:
    assert outside(PACKET, replace(MODEL, delays=QUANTILES | {"max": 99.0})) == []


def test_a_quantile_that_few_events_are_beyond_is_chance_too() -> None:
    slower = replace(MODEL, delays=QUANTILES | {"p99": 9.0}, events=2999)
    assert outside(PACKET, slower) == []
    assert outside(PACKET, replace(slower, events=3000)) == ["delay p99 in s"]


@pytest.mark.parametrize(
    ("change", "measured"),
    [
        ({"verdicts": {"PASS": 23, "FAIL": 1}}, "share of runs that PASS"),
        ({"delivered": 49.9}, "events delivered"),
        ({"lost": 0.1}, "events lost"),
        ({"duplicates": 0.1}, "duplicates"),
        ({"recovery_p95": 1.7}, "recovery p95 in s"),
    ],
)
def test_counts_have_to_be_the_same_and_recovery_in_the_band(change: dict[str, object], measured: str) -> None:
    assert outside(PACKET, replace(MODEL, **change)) == [measured]  # type: ignore[arg-type]


def test_where_time_decides_what_is_lost_a_few_events_are_no_difference() -> None:
    cut_off = replace(PACKET, delivered=20.0, lost=30.0)
    assert outside(cut_off, replace(cut_off, network="toxiproxy", delivered=21.0, lost=29.0)) == []
    more = replace(cut_off, network="toxiproxy", delivered=22.0, lost=28.0)
    assert outside(cut_off, more) == ["events delivered", "events lost"]


def test_a_difference_with_a_known_reason_is_told_and_not_counted() -> None:
    veth = replace(PACKET, scenario="slow_consumer", burst=None, way=0.0)
    slower = {name: delay + 5.0 for name, delay in PACKET.delays.items()}
    found = agreement([veth, replace(veth, network="compose", delays=slower)])
    assert found.differences == ()
    assert {one.reason for one in found.explained} == {EXPLAINED["slow_consumer", "compose"]}
    assert "EXPLAINED: slow_consumer: delay p50 in s is" in report_text([veth], found, [])


def test_it_does_not_matter_which_of_the_two_is_the_reference() -> None:
    sliced = replace(PACKET, scenario="split_everything", network="compose", burst=None)
    faster = replace(sliced, network="embedded", delays=dict.fromkeys(QUANTILES, 0.0), way=0.0)
    slower = replace(sliced, delays=dict.fromkeys(QUANTILES, 3.0))
    found = agreement([slower, faster])
    assert (found.differences, len(found.explained)) == ((), 5)


def test_nothing_explains_another_outcome() -> None:
    veth = replace(PACKET, scenario="slow_consumer", burst=None, way=0.0)
    assert outside(veth, replace(veth, network="compose", lost=1.0)) == ["events lost"]


def test_the_network_that_is_nearest_to_real_is_the_reference() -> None:
    proxied, virtual = replace(MODEL, network="toxiproxy"), replace(MODEL, network="simulated")
    (group,) = agreement([virtual, MODEL, proxied, PACKET]).compared
    assert [side.network for side in group] == ["packet", "toxiproxy", "embedded", "simulated"]


def test_a_network_of_somebody_elses_is_held_against_ours() -> None:
    (group,) = agreement([replace(MODEL, network="theirs"), MODEL]).compared
    assert [side.network for side in group] == ["embedded", "theirs"]


def test_real_loss_without_a_round_trip_is_not_compared() -> None:
    contained = replace(PACKET, network="compose", way=0.0, delays=dict.fromkeys(QUANTILES, 9.0))
    found = agreement([contained, MODEL])
    assert found.compared == ()
    text = report_text([contained, MODEL], found, [])
    assert "NOT COMPARED: loss on compose has no round trip to repair losses in" in text
    assert "Nothing to compare" in text


@pytest.mark.parametrize(("burst", "band"), [(1.0, LOSS), (3.0, LOSS), (None, OTHERS)])
def test_each_kind_of_scenario_has_its_band(burst: float | None, band: Band) -> None:
    assert band_of(replace(PACKET, burst=burst)) == band


@pytest.mark.parametrize(
    ("one", "other", "holds"), [(1.0, 1.6, True), (1.6, 1.0, True), (1.0, 1.61, False), (0.0, 0.05, True)]
)
def test_a_band_is_a_factor_either_way_or_a_few_milliseconds(one: float, other: float, *, holds: bool) -> None:
    assert LOSS.holds(one, other) is holds


def test_the_report_names_each_difference_and_says_how_many_agree() -> None:
    slower = replace(MODEL, delays=QUANTILES | {"p90": 0.6})
    calm = [replace(side, scenario="calm", burst=None) for side in (PACKET, MODEL)]
    sides = [PACKET, slower, *calm]
    text = report_text(sides, agreement(sides), ["loss on toxiproxy: it can't"])
    assert "OUTSIDE: loss: delay p90 in s is 0.6 on embedded, 0.3 on packet (2.0 times)" in text
    assert "SKIPPED: loss on toxiproxy: it can't" in text
    assert "1 of 2 scenarios agree, within a factor of 1.25 (p99: 1.25), or 400 ms; a factor of 1.6" in text
    assert '"measured": "delay p90 in s"' in as_json(sides, agreement(sides), [])
