"""A process that may open too few files asks for more, and says so when it can't have them."""

from __future__ import annotations

import resource

import pytest

from ssechaos.errors import UsageError
from ssechaos.load.descriptors import allow


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The limits of a process that may open 100 files, or 1000 if it asks; then what it asked for."""
    asked = [(100, 1000)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: asked[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: asked.append(pair))
    return asked


def test_a_few_sockets_need_nothing(limits: list[tuple[int, int]]) -> None:
    allow(10)
    assert limits == [(100, 1000)]


def test_more_are_asked_for(limits: list[tuple[int, int]]) -> None:
    allow(500)
    assert limits == [(100, 1000), (564, 1000)]


def test_too_many_are_refused_before_any_is_opened(limits: list[tuple[int, int]]) -> None:
    with pytest.raises(UsageError, match="2000 streams need 2064 open files, and this system allows 1000"):
        allow(2000)
    assert limits == [(100, 1000)]


def test_a_system_without_limit_allows_all(limits: list[tuple[int, int]]) -> None:
    limits.append((100, resource.RLIM_INFINITY))
    allow(15_000)
    assert limits[-1] == (15_064, resource.RLIM_INFINITY)
