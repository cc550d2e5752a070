"""What a client may ask for."""

from __future__ import annotations

import pytest

from ssechaos.model import Workload
from ssechaos.server.query import StreamQuery, read_query
from ssechaos.server.refusal import RefusalError

DEFAULT = Workload(events=5, interval=0.5, size=50)


def ask(headers: dict[str, str] | None = None, **query: str) -> StreamQuery:
    return read_query(query, headers or {}, DEFAULT)


def test_what_is_left_out_is_the_default() -> None:
    assert ask() == StreamQuery(workload=DEFAULT)


def test_the_workload_is_read() -> None:
    query = ask(events="7", interval="0.25", size="0", stream="a/b:c-1._")
    assert query == StreamQuery(workload=Workload(events=7, interval=0.25, size=0), stream="a/b:c-1._")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("events", ["0", "-1", "x", "", "1000001", "1.5", "+1", "1_0", "٣", "9" * 5000]),
        ("size", ["-1", "x", "262145"]),
        ("interval", ["-1", "x", "", "nan", "inf", "3601"]),
        ("stream", ["", "a b", "~1", "x" * 129, "é", "a\n"]),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, values: list[str]) -> None:
    for value in values:
        with pytest.raises(RefusalError, match=f"^{name} is ") as caught:
            ask(**{name: value})
        assert caught.value.status == 400
        assert len(str(caught.value)) < 200


def test_the_header_wins_over_the_query() -> None:
    assert ask({"Last-Event-ID": "7"}, last_event_id="3").last_event_id == "7"
    assert ask(last_event_id="3").last_event_id == "3"


def test_an_empty_id_is_none() -> None:
    assert ask({"Last-Event-ID": ""}, last_event_id="").last_event_id is None


@pytest.mark.parametrize("sane", ["a", "0af7-65_1.b", "x" * 64])
def test_a_sane_trace_id_is_taken_over(sane: str) -> None:
    assert ask({"X-Trace-ID": sane}).trace_id == sane


@pytest.mark.parametrize("odd", ["", "x" * 65, "a b", "<script>", "a\r\nb", "ü"])
def test_another_trace_id_is_ignored(odd: str) -> None:
    assert ask({"X-Trace-ID": odd}).trace_id is None
