from __future__ import annotations

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import IdleTimeout
from ssechaos.faults.platforms import PLATFORMS, profile


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_every_platform_is_a_fault(name: str) -> None:
    assert isinstance(profile(name), IdleTimeout)


def test_profile_has_the_times_of_its_platform() -> None:
    assert profile("heroku") == IdleTimeout(idle=55.0, first_byte=30.0)
    assert profile("cloud-run") == IdleTimeout(idle=None, total=300.0)


def test_scale_makes_hours_into_seconds() -> None:
    assert profile("railway", scale=1 / 150) == IdleTimeout(idle=2.0, total=6.0)


def test_unknown_platform_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match=r"unknown platform 'herokku'.*heroku"):
        profile("herokku")


def test_time_may_not_stand_still() -> None:
    with pytest.raises(UsageError, match="more than 0"):
        profile("nginx", scale=0.0)
