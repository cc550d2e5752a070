"""Packet filters as text."""

from __future__ import annotations

import json

import pytest

from ssechaos.faults import PacketLoss
from ssechaos.faults.base import Direction, Gate, Strike
from ssechaos.networks.containers import rules
from ssechaos.networks.containers.rules import Rule, Standing


def listed(chain: str, handle: int, comment: str, packets: int) -> dict[str, object]:
    """A rule in the form in which nft 1.0.6 lists it."""
    counter = {"counter": {"packets": packets, "bytes": packets * 60}}
    return {
        "rule": {
            "family": "inet",
            "table": "ssechaos",
            "chain": chain,
            "handle": handle,
            "comment": comment,
            "expr": [{"match": {"op": "==", "left": {}, "right": 8666}}, counter, {"drop": None}],
        }
    }


LISTING = json.dumps(
    {
        "nftables": [
            {"metainfo": {"version": "1.0.6"}},
            {"table": {"family": "inet", "name": "ssechaos", "handle": 1}},
            listed("input", 4, "8666-0 packets", 60),
            listed("output", 5, "8666-0 packets", 40),
            listed("output", 6, "8666-0 packets_lost", 9),
            listed("input", 7, "8666-01 packets", 1),
        ]
    }
)


def test_an_accepting_gate_needs_no_rule() -> None:
    assert not list(rules.gate(Gate.ACCEPT, 8666))


@pytest.mark.parametrize(
    ("gate", "counter", "verdict"),
    [(Gate.REFUSE, "attempts_refused", "reject with tcp reset"), (Gate.HANG, "attempts_held", "drop")],
)
def test_a_gate_meets_only_what_opens_a_connection_to_the_port(gate: Gate, counter: str, verdict: str) -> None:
    (rule,) = rules.gate(gate, 8666)
    assert rule.line("8666-3") == (
        "insert rule inet ssechaos input tcp dport 8666 tcp flags & (fin | syn | rst | ack) == syn "
        f'counter {verdict} comment "8666-3 {counter}"'
    )


def test_a_dead_connection_gets_nothing_through_in_either_direction() -> None:
    made = list(rules.strike(Strike.DEAD, 8666, [("172.18.0.1", 4711)]))
    assert [(rule.chain, rule.verdict) for rule in made] == [("input", "drop"), ("output", "drop")]
    assert "ip saddr 172.18.0.1 tcp sport 4711 tcp dport 8666" in made[0].match
    assert "ip daddr 172.18.0.1 tcp dport 4711 tcp sport 8666" in made[1].match


def test_a_reset_connection_may_send_its_own_rst() -> None:
    (rule,) = rules.strike(Strike.RESET, 8666, [("172.18.0.1", 4711)])
    assert rule.verdict == "reject with tcp reset"
    assert rule.match.endswith("tcp flags & rst == 0")


def test_every_packet_is_counted_before_some_are_lost() -> None:
    lines = [rule.line("8666-0") for rule in rules.loss(PacketLoss(share=0.1), 8666)]
    assert lines[:2] == [
        'add rule inet ssechaos input tcp dport 8666 counter comment "8666-0 packets"',
        (
            "add rule inet ssechaos input tcp dport 8666 numgen random mod 1000000 < 100000 "
            'counter drop comment "8666-0 packets_lost"'
        ),
    ]
    assert [line.split()[4] for line in lines] == ["input", "input", "output", "output"]


def test_loss_in_one_direction_leaves_the_other_alone() -> None:
    made = rules.loss(PacketLoss(share=0.1, direction=Direction.DOWNSTREAM), 8666)
    assert {rule.chain for rule in made} == {"output"}


def test_counters_of_a_step_are_summed_by_name_and_no_other_steps() -> None:
    assert rules.counters(rules.standing(LISTING), ["8666-0"]) == {"packets": 100.0, "packets_lost": 9.0}


def test_only_the_rules_of_the_step_are_removed() -> None:
    assert rules.removal(rules.standing(LISTING), ["8666-0"]).splitlines() == [
        "delete rule inet ssechaos input handle 4",
        "delete rule inet ssechaos output handle 5",
        "delete rule inet ssechaos output handle 6",
    ]
    assert not rules.removal((), ["8666-0"])


def test_a_script_puts_all_rules_in_force_at_once() -> None:
    wanted = [Rule("input", "tcp dport 1", "packets"), Rule("output", "tcp sport 1", "packets")]
    assert rules.script("1-0", wanted).count("\n") == 1
    assert rules.standing('{"nftables": []}') == ()
    assert Standing("input", 1, "1-0", "packets", 0).tag == "1-0"
