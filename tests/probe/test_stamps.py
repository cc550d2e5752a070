"""Times of sending in events' data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.probe.observation import Stamp
from ssechaos.probe.stamps import stamp_of


@pytest.mark.parametrize(
    ("data", "stamp"),
    [
        ('{"ts": 1700000000}', Stamp("ts", 1700000000.0)),
        ('{"timestamp": 1700000000500}', Stamp("timestamp", 1700000000.5)),
        ('{"time": 1700000000500000}', Stamp("time", 1700000000.5)),
        ('{"time": 1700000000500000000}', Stamp("time", 1700000000.5)),
        ('{"sent_at": "2023-11-14T22:13:20Z"}', Stamp("sent_at", 1700000000.0)),
        ('{"sent_at": "2023-11-14T22:13:20"}', Stamp("sent_at", 1700000000.0)),
        ('{"ts": "1700000000.25"}', Stamp("ts", 1700000000.25)),
        ('{"meta": {"ts": 1700000000}}', Stamp("ts", 1700000000.0)),
        ('{"uptime_seconds": 3.5}', Stamp("uptime_seconds", 3.5)),
    ],
)
def test_times_are_found_in_the_forms_that_servers_use(data: str, stamp: Stamp) -> None:
    assert stamp_of(data) == stamp


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[DONE]",
        "{",
        "[1700000000]",
        '{"ts": 12345.6}',
        '{"ts": true}',
        '{"ts": null}',
        '{"ts": "noon"}',
        '{"ts": "nan"}',
        '{"ts": [1]}',
        '{"price": 1700000000}',
        '{"ts": 1' + "0" * 400 + "}",
        '{"a":' * 100_000,
        '{"pad": "' + "x" * 70_000 + '", "ts": 1700000000}',
    ],
)
def test_what_is_no_absolute_time_is_none(data: str) -> None:
    assert stamp_of(data) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda it: st.dictionaries(st.text(), it),
        max_leaves=4,
    )
)
def test_no_data_breaks_it(value: object) -> None:
    stamp_of(json.dumps({"ts": value, "inner": value}))
