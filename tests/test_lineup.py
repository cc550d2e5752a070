"""When the runs of a session begin: which first, how far apart, in which wave."""

from __future__ import annotations

from ssechaos.lineup import spread, waves
from ssechaos.model import Clients, Scenario, Workload


def story(name: str, *, seconds: int = 1, clients: int = 1) -> Scenario:
    workload = Workload(events=seconds, interval=1.0)
    return Scenario(name=name, does="for a test", workload=workload, clients=Clients(count=clients), deadline=20.0)


def test_the_longest_starts_first_and_nothing_is_put_off_until_it_ends_last() -> None:
    long, short, middle = story("long", seconds=9), story("short"), story("middle", seconds=8)
    assert spread([short, middle, long], 2.0) == [(long, 0.0), (middle, 1.0), (short, 4.0)]


def test_a_wave_is_full_when_the_next_would_be_too_many() -> None:
    one, two, other = story("one"), story("two", clients=2), story("other")
    assert waves([one, two, other], 3) == [[one, two], [other]]


def test_one_that_is_too_large_for_any_wave_has_its_own() -> None:
    small, crowd = story("small"), story("crowd", clients=9)
    assert waves([small, crowd], 3) == [[small], [crowd]]
