"""What load may be made: sizes that make sense, spread starts, and on this machine unless asked."""

from __future__ import annotations

from random import Random

import pytest

from ssechaos.errors import UsageError
from ssechaos.load import Plan

HERE = "http://127.0.0.1:8000/stream"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "[::1]:8000", "localhost", "app.localhost:80"])
def test_this_machine_may_be_loaded(host: str) -> None:
    assert Plan(url=f"http://{host}/stream").streams == 100


@pytest.mark.parametrize(
    "host", ["example.com", "10.0.0.1", "0.0.0.0", "localhost.example.com", "127.0.0.1.example.com"]
)
def test_another_machine_has_to_be_asked_for(host: str) -> None:
    with pytest.raises(UsageError, match=r"may be another machine.*--allow-remote"):
        Plan(url=f"https://{host}/stream")
    assert Plan(url=f"https://{host}/stream", allow_remote=True).allow_remote


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "/stream", "http://", "http://[::1/", ""])
def test_it_takes_the_url_of_a_stream(url: str) -> None:
    with pytest.raises(UsageError, match="URL of an event stream"):
        Plan(url=url, allow_remote=True)


def test_what_follows_the_url_is_not_repeated_in_the_error() -> None:
    with pytest.raises(UsageError) as error:
        Plan(url="ftp://127.0.0.1/?key=secret")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"streams": 0}, "--streams"),
        ({"streams": 20_001}, "--streams"),
        ({"duration": 0.0}, "--duration"),
        ({"duration": float("nan")}, "--duration"),
        ({"ramp": -1.0}, "--ramp"),
        ({"ramp": float("inf")}, "--ramp"),
    ],
)
def test_sizes_make_sense(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Plan(url=HERE, **wrong)


def test_streams_start_spread_over_a_second_for_each_hundred() -> None:
    starts = Plan(url=HERE, streams=500).starts(Random(1))
    assert starts == sorted(starts)
    per_second = [sum(second <= start < second + 1 for start in starts) for second in range(5)]
    assert sum(per_second) == 500
    assert min(per_second) > 60


def test_a_herd_has_to_be_asked_for() -> None:
    assert Plan(url=HERE, streams=3, ramp=0).starts(Random(1)) == [0, 0, 0]
