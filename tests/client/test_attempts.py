from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.client.attempts import Attempts
from ssechaos.model import GATEWAY_POLICY, ClientPolicy

STEADY = ClientPolicy(jitter=0.0)


def dice(seed: int = 0) -> Random:
    return Random(seed)


def waits(policy: ClientPolicy, count: int, retry: float = 0.0, retry_after: float = 0.0) -> list[float]:
    attempts = Attempts(policy, dice())
    return [attempts.wait(retry, retry_after) for _ in range(count)]


def test_waits_grow_1_2_4_and_then_stay_at_5_seconds() -> None:
    assert waits(STEADY, 6) == [1.0, 2.0, 4.0, 5.0, 5.0, 5.0]


def test_the_gateway_preset_waits_2_seconds_each_time_and_tries_three_times() -> None:
    attempts = Attempts(GATEWAY_POLICY, dice())
    assert all(1.8 <= attempts.wait(0.0, 0.0) <= 2.2 for _ in range(3))
    assert [attempts.begin() for _ in range(3)] == [0, 1, 2]
    assert attempts.exhausted


def test_success_begins_the_count_and_the_waits_again() -> None:
    attempts = Attempts(STEADY, dice())
    attempts.begin()
    attempts.wait(0.0, 0.0)
    attempts.succeed()
    assert attempts.begin() == 0
    assert attempts.wait(0.0, 0.0) == 1.0


def test_the_servers_reconnection_time_is_a_minimum_for_each_wait() -> None:
    assert waits(STEADY, 4, retry=3.0) == [3.0, 3.0, 4.0, 5.0]


def test_the_cap_is_stronger_than_the_servers_reconnection_time() -> None:
    assert waits(STEADY, 2, retry=1e300) == [5.0, 5.0]


def test_retry_after_is_a_minimum_even_beyond_the_cap() -> None:
    assert waits(STEADY, 2, retry_after=60.0) == [60.0, 60.0]


def test_many_clients_at_the_cap_are_spread() -> None:
    at_cap = [Attempts(ClientPolicy(backoff=(5.0,)), dice(seed)).wait(0.0, 0.0) for seed in range(200)]
    assert len(set(at_cap)) == 200
    assert min(at_cap) < 4.6
    assert max(at_cap) > 4.9


@given(
    seed=st.integers(0, 1 << 32),
    jitter=st.floats(0.0, 0.5),
    retry=st.floats(0.0, 100.0),
    retry_after=st.floats(0.0, 120.0),
    number=st.integers(1, 10),
)
def test_no_wait_is_over_the_cap_or_outside_its_jitter(
    seed: int, jitter: float, retry: float, retry_after: float, number: int
) -> None:
    policy = ClientPolicy(jitter=jitter)
    attempts = Attempts(policy, dice(seed))
    wait = [attempts.wait(retry, retry_after) for _ in range(number)][-1]
    step = min(max(STEADY.backoff[min(number, 4) - 1], retry), policy.backoff_cap)
    assert wait >= max(step * (1 - jitter), retry_after) - 1e-9
    assert wait <= max(min(step * (1 + jitter), policy.backoff_cap), retry_after * (1 + jitter)) + 1e-9


@given(seed=st.integers(0, 1 << 32), retry=st.floats(0.0, 4.5))
def test_jitter_does_not_come_back_before_the_reconnection_time_while_the_cap_leaves_room(
    seed: int, retry: float
) -> None:
    assert Attempts(ClientPolicy(), dice(seed)).wait(retry, 0.0) >= retry - 1e-9
