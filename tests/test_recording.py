"""What the two ends tell becomes entries."""

from __future__ import annotations

import pytest

from ssechaos.model import Numbering, Recorder, digest
from ssechaos.model.entries import Clocked, Delivered, Emitted, ErrorShown, NoticeShown, Sent, StateShown
from ssechaos.recording import ClientRecorder, ServerRecorder
from ssechaos.sse import Event


def delivered(event: Event) -> Delivered:
    record = Recorder(lambda: 0.0)
    ClientRecorder(record, "c1").deliver(event)
    (entry,) = record.entries
    assert isinstance(entry, Delivered)
    return entry


def test_an_event_keeps_its_id_type_digest_and_size_in_bytes() -> None:
    entry = delivered(Event("5 €", "content_chunk", "7"))
    assert (entry.id, entry.event, entry.sequence) == ("7", "content_chunk", 7)
    assert (entry.digest, entry.size) == (digest("5 €"), 5)


@pytest.mark.parametrize("event_id", [None, "", "a7", "-1", "1.5", "٣", "+1", "1_0"])
def test_only_plain_decimal_ids_are_sequences(event_id: str | None) -> None:
    assert delivered(Event("x", id=event_id)).sequence is None


def test_a_sequence_may_stand_in_the_data() -> None:
    record = Recorder(lambda: 0.0)
    ClientRecorder(record, "c1", numbering=Numbering("/n")).deliver(Event('{"n": 5}', id="9"))
    (entry,) = record.entries
    assert isinstance(entry, Delivered)
    assert (entry.sequence, entry.id) == (5, "9")


@pytest.mark.parametrize("event_id", [None, "7"])
def test_what_was_written_keeps_the_id_that_was_read_off_the_wire(event_id: str | None) -> None:
    record = Recorder(lambda: 0.0)
    ServerRecorder(record).sent(1, 7, "message", "x", replayed=True, event_id=event_id)
    (entry,) = record.entries
    assert isinstance(entry, Sent)
    assert (entry.id, entry.sequence, entry.replayed) == (event_id, 7, True)


def test_a_gap_event_says_what_is_gone() -> None:
    assert delivered(Event('{"from": 3, "to": 9}', "gap")).gap == (3, 9)


@pytest.mark.parametrize("data", ["", "x", "[]", '{"from": 3}', '{"from": null, "to": 9}', "3"])
def test_a_gap_event_without_numbers_says_nothing(data: str) -> None:
    assert delivered(Event(data, "gap")).gap is None


def test_data_with_lone_surrogates_is_recorded_all_the_same() -> None:
    assert delivered(Event("\ud800")).size == 3


def test_notices_and_errors_are_kept_as_they_were_shown() -> None:
    record = Recorder(lambda: 0.0)
    application = ClientRecorder(record, "c1")
    application.notify("again", 2, 1.5, 1.0)
    application.fail("over")
    notice, error = record.entries
    assert isinstance(notice, NoticeShown)
    assert (notice.attempt, notice.retry_in, notice.asked) == (2, 1.5, 1.0)
    assert isinstance(error, ErrorShown)


def test_the_ledger_keeps_digests_instead_of_data() -> None:
    record = Recorder(lambda: 0.0)
    ServerRecorder(record).emitted(1, "content_chunk", "x" * 1000)
    (entry,) = record.entries
    assert isinstance(entry, Emitted)
    assert (entry.size, entry.digest) == (1000, digest("x" * 1000))


def test_what_is_heard_late_is_recorded_at_its_moment() -> None:
    now = 100.0
    record = Recorder(lambda: now)
    client = ClientRecorder(record, "c1")
    now = 103.0
    client.show_state("open")
    client.clocked(1e9, moment=102.0)
    client.show_state("waiting")
    client.show_state("closed")
    kinds = [(type(entry), entry.at) for entry in record.entries]
    assert kinds == [(Clocked, 2.0), (StateShown, 2.0), (StateShown, 3.0), (StateShown, 3.0)]
