"""Toxics to faults and back: what each type means, in which units."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import UsageError
from ssechaos.faults import Bandwidth, Cut, Latency, LoseEvent, PacketLoss, Stall
from ssechaos.faults.base import AnswerFault, Direction, LinkFault, PathFault
from ssechaos.faults.discard import Discard
from ssechaos.faults.jitter import Jitter
from ssechaos.faults.reset_after import ResetAfter
from ssechaos.faults.slow_close import SlowClose
from ssechaos.faults.uneven_slicer import UnevenSlicer
from ssechaos.model import FAULTS
from ssechaos.proxy.api.errors import ApiError
from ssechaos.proxy.api.own import own_type
from ssechaos.proxy.api.stock import STOCK
from ssechaos.proxy.api.toxics import toxic_from_json

DOWN = Direction.DOWNSTREAM


def meant(kind, **attributes):
    return toxic_from_json({"type": kind, "attributes": attributes}).meaning.fault


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (meant("latency", latency=200, jitter=50), Latency(delay=0.2, jitter=0.05, direction=DOWN)),
        (meant("latency", latency=10, jitter=50), Jitter(delay=0.01, jitter=0.05, direction=DOWN)),
        (meant("latency"), None),
        (meant("bandwidth", rate=50), Bandwidth(rate=50_000.0, direction=DOWN)),
        (meant("bandwidth"), Stall(direction=DOWN)),
        (
            meant("slicer", average_size=64, size_variation=16, delay=500),
            UnevenSlicer(average=64, variation=16, gap=0.0005, direction=DOWN),
        ),
        (meant("slicer"), None),
        (meant("slow_close", delay=1500), SlowClose(delay=1.5, direction=DOWN)),
        (meant("timeout", timeout=2000), Discard(timeout=2.0, direction=DOWN)),
        (meant("timeout"), Discard(timeout=None, direction=DOWN)),
        (meant("reset_peer", timeout=100), ResetAfter(delay=0.1, direction=DOWN)),
        (meant("limit_data", bytes=-5).after, 0),
        (meant("noop"), None),
        (meant("stall"), Stall(direction=DOWN)),
        (meant("packet_loss", share=0.2), PacketLoss(share=0.2, direction=DOWN)),
        (meant("lose_event", every=7), LoseEvent(every=7)),
    ],
)
def test_units_become_seconds_and_bytes(fault, expected):
    assert fault == expected


def test_limit_data_is_a_cut_of_every_connection():
    fault = meant("limit_data", bytes=100)
    assert isinstance(fault, Cut)
    assert fault.after == 100
    assert fault.times > 10**9


def test_reset_peer_waits_for_bytes_on_new_connections_and_not_on_those_that_live():
    toxic = toxic_from_json({"type": "reset_peer"})
    assert not toxic.meaning.fault.idle_too
    assert toxic.meaning.on_live.idle_too


def test_defaults_are_downstream_always_and_a_name_of_type_and_stream():
    toxic = toxic_from_json({"type": "latency"})
    assert toxic.to_json() == {
        "attributes": {"latency": 0, "jitter": 0},
        "name": "latency_downstream",
        "type": "latency",
        "stream": "downstream",
        "toxicity": 1,
    }


def test_stream_is_kept_as_it_was_written():
    toxic = toxic_from_json({"type": "noop", "stream": "UpStream"})
    assert (toxic.stream, toxic.name, toxic.direction) == ("UpStream", "noop_UpStream", Direction.UPSTREAM)


def test_change_keeps_what_is_not_given_and_takes_no_other_field():
    toxic = toxic_from_json({"type": "latency", "attributes": {"latency": 100, "jitter": 10}})
    changed = toxic.changed({"attributes": {"JITTER": 20}, "toxicity": 0.5, "name": "x", "stream": "upstream"})
    assert changed.attributes == {"latency": 100, "jitter": 20}
    assert (changed.name, changed.stream, changed.toxicity) == (toxic.name, toxic.stream, 0.5)


@pytest.mark.parametrize(
    ("value", "status", "why"),
    [
        ({"type": "latency", "stream": "sideways"}, 400, "stream was invalid"),
        ({"type": "nothing"}, 400, "invalid toxic type"),
        ({}, 400, "invalid toxic type"),
        ({"type": "server_restart"}, 400, "invalid toxic type"),
        ({"type": "bandwidth", "attributes": {"rate": -1}}, 400, "rate"),
        ({"type": "slicer", "attributes": {"average_size": 4, "size_variation": 4}}, 400, "variation"),
        ({"type": "latency", "attributes": {"latency": -1}}, 400, "latency"),
        ({"type": "packet_loss", "attributes": {"share": 2}}, 400, "share"),
        ({"type": "packet_loss", "attributes": {"shaer": 0.1}}, 400, "'shaer'"),
        ({"type": "lose_event", "stream": "upstream"}, 400, "downstream only"),
        ({"type": "down", "toxicity": 0.5}, 400, "all connections at once"),
    ],
)
def test_what_makes_no_sense_is_refused(value, status, why):
    with pytest.raises(ApiError, match=why) as caught:
        toxic_from_json(value)
    assert caught.value.status == status


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_every_fault_that_a_proxy_can_make_is_a_type_of_toxics(kind):
    makes = issubclass(FAULTS[kind], LinkFault | PathFault | AnswerFault)
    assert (own_type(kind) is not None) == makes
    if makes and kind not in STOCK:
        fault = toxic_from_json({"type": kind}).meaning.fault
        assert fault is not None
        assert fault.kind == kind


NUMBERS = st.integers(-(2**63), 2**63 - 1)


@given(
    kind=st.sampled_from(sorted(STOCK)),
    numbers=st.lists(st.one_of(NUMBERS, st.integers(0, 5000)), min_size=3, max_size=3),
    stream=st.sampled_from(["upstream", "downstream"]),
    toxicity=st.floats(0, 1, width=32),
)
def test_any_toxic_is_refused_or_reads_back_as_it_was(kind, numbers, stream, toxicity):
    attributes = dict(zip(STOCK[kind].types, numbers, strict=False))
    try:
        toxic = toxic_from_json({"type": kind, "stream": stream, "toxicity": toxicity, "attributes": attributes})
    except ApiError:
        return
    again = toxic_from_json(json.loads(json.dumps(toxic.to_json())))
    assert again.to_json() == toxic.to_json()
    assert again.meaning == toxic.meaning


def test_own_faults_keep_their_own_complaints():
    with pytest.raises(UsageError):
        own_type("stall").meaning({"nonsense": 1}, DOWN)
