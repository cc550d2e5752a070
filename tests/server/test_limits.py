"""How much one client may ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import ServerSettings
from ssechaos.server.limits import Limits, TokenBucket
from ssechaos.server.refusal import RefusalError


def limits(**settings: float) -> Limits:
    return Limits(ServerSettings(**settings))  # type: ignore[arg-type]


def test_a_burst_of_twice_the_rate_passes() -> None:
    bucket = TokenBucket(rate=5, now=0)
    assert [bucket.take(0) for _ in range(10)] == [0.0] * 10
    assert bucket.take(0) == pytest.approx(0.2)


def test_the_bucket_says_when_the_next_token_comes() -> None:
    bucket = TokenBucket(rate=0.5, now=0)
    bucket.take(0)
    wait = bucket.take(0.5)
    assert wait == pytest.approx(1.5)
    assert bucket.take(0.5 + wait) == 0


def test_a_slow_rate_still_lets_one_request_pass() -> None:
    assert TokenBucket(rate=0.1, now=0).take(0) == 0


def test_a_long_silence_saves_up_no_more_than_a_burst() -> None:
    bucket = TokenBucket(rate=5, now=0)
    assert [bucket.take(1000) == 0 for _ in range(11)] == [True] * 10 + [False]


@given(rate=st.floats(0.1, 100), waits=st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_the_burst_and_the_rate_passes(rate: float, waits: list[float]) -> None:
    bucket, now, passed = TokenBucket(rate, now=0), 0.0, 0
    for wait in waits:
        now += wait
        passed += bucket.take(now) == 0
    assert passed <= max(1, 2 * rate) + rate * now + 1e-6


def test_each_client_has_a_bucket_of_its_own() -> None:
    few = limits(max_requests_per_second=0.5)
    few.admit("a", 0)
    few.admit("b", 0)
    with pytest.raises(RefusalError, match="slow down") as caught:
        few.admit("a", 0)
    assert (caught.value.status, caught.value.retry_after) == (429, pytest.approx(2))


def test_buckets_of_clients_long_gone_are_forgotten() -> None:
    many = limits(max_requests_per_second=1)
    for number in range(10_000):
        many.admit(f"client {number}", now=number)
    assert len(many._buckets) <= 1100


def test_connections_are_counted_while_they_last() -> None:
    two = limits(max_connections_per_client=2)
    with two.connection("a"), two.connection("a"), two.connection("b"):
        with pytest.raises(RefusalError, match="2 connections") as caught, two.connection("a"):
            pass
        assert caught.value.status == 429
    with two.connection("a"), two.connection("a"):
        pass
    assert not two._open
