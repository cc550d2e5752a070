"""Filters become nftables scripts, and their counters are read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.networks.packets.filters import Count, Filter, Rank, Rule, counts, foundation, ruleset

if TYPE_CHECKING:
    from ssechaos.networks.packets.plan import Plan

DROP = Rule(Rank.DROP, "dropped", verdict="drop")
REFUSE = Rule(Rank.REFUSE, "refused", "meta l4proto tcp", "reject with tcp reset", Direction.UPSTREAM)


def rules(script: str) -> list[str]:
    start = "add rule ip ssechaos faults "
    return [line.removeprefix(start) for line in script.splitlines() if line.startswith(start)]


def test_without_faults_only_the_old_rules_go(laid: Plan) -> None:
    assert ruleset(laid, {}) == "flush chain ip ssechaos faults\n"


def test_a_packet_that_comes_back_from_the_line_is_not_counted_twice(laid: Plan) -> None:
    script = foundation(laid)
    assert script.index('iifname "line" accept') < script.index("jump faults")


def test_packets_with_an_address_of_the_other_link_lead_nowhere(laid: Plan) -> None:
    wifi, cell = laid.access
    assert f'iifname "wifi" ip saddr != {wifi.far.ip} drop' in foundation(laid)
    assert f'iifname "cell" ip saddr != {cell.far.ip} drop' in foundation(laid)


def test_a_rule_counts_under_the_number_of_its_step(laid: Plan) -> None:
    script = ruleset(laid, {4: Filter((DROP,))})
    assert "add counter ip ssechaos dropped_4\n" in script
    assert rules(script) == ['iifname { "wifi", "cell", "server" } counter name dropped_4 drop']


def test_a_direction_is_where_packets_come_from(laid: Plan) -> None:
    up = Filter((Rule(Rank.DROP, "dropped", direction=Direction.UPSTREAM),))
    down = Filter((Rule(Rank.DROP, "dropped", direction=Direction.DOWNSTREAM),))
    assert rules(ruleset(laid, {0: up, 1: down})) == [
        'iifname { "wifi", "cell" } counter name dropped_0',
        'iifname { "server" } counter name dropped_1',
    ]


def test_a_refusal_is_stronger_than_silence_whichever_began_first(laid: Plan) -> None:
    first, second = rules(ruleset(laid, {0: Filter((DROP,)), 1: Filter((REFUSE,))}))
    assert "reject" in first
    assert "drop" in second


def test_a_dead_connection_is_known_by_its_client_s_end_in_both_directions(laid: Plan) -> None:
    script = ruleset(laid, {2: Filter(dead=(("198.18.0.2", 40000), ("198.18.0.2", 40001)))})
    assert "add element ip ssechaos dead_2 { 198.18.0.2 . 40000, 198.18.0.2 . 40001 }\n" in script
    up, down = rules(script)
    assert "ip saddr . tcp sport @dead_2 counter name dropped_2 drop" in up
    assert "ip daddr . tcp dport @dead_2 counter name dropped_2 drop" in down


def test_counters_are_told_by_step_and_name() -> None:
    listing = """{"nftables": [{"metainfo": {}},
        {"counter": {"family": "ip", "name": "lost_12", "table": "ssechaos", "packets": 3, "bytes": 180}}]}"""
    assert counts(listing) == {(12, "lost"): Count(3, 180)}
