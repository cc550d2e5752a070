"""Settings from the environment."""

from __future__ import annotations

import pytest

from ssechaos.errors import UsageError
from ssechaos.model import ServerSettings, Workload
from ssechaos.server import settings_from, workload_from
from ssechaos.server.environment import environment_of


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings_from({"PATH": "/bin"}) == ServerSettings()
    assert workload_from({}) == Workload()


def test_the_four_names_that_were_asked_for() -> None:
    environ = {"STREAM_MAX_SECONDS": "60", "HEARTBEAT_INTERVAL": "5", "SILENCE_THRESHOLD": "15.5"}
    assert settings_from(environ) == ServerSettings(
        stream_max_seconds=60, heartbeat_interval=5, silence_threshold=15.5
    )
    assert workload_from({"CHUNK_DELAY_MS": "250"}) == Workload(interval=0.25)
    assert workload_from({"CHUNK_DELAY_MS": "0"}) == Workload(interval=0)


def test_every_other_setting_has_a_name_with_a_prefix() -> None:
    environ = {"SSECHAOS_HISTORY": "7", "SSECHAOS_SEND_TIMEOUT": "1.5", "SSECHAOS_MAX_STREAMS": "2"}
    settings = settings_from(environ)
    assert settings == ServerSettings(history=7, send_timeout=1.5, max_streams=2)
    assert isinstance(settings.history, int)


@pytest.mark.parametrize("bad", ["", "x", "0", "-1", "nan", "inf", "1e999"])
@pytest.mark.parametrize("name", ["HEARTBEAT_INTERVAL", "SSECHAOS_HISTORY", "SSECHAOS_RETRY"])
def test_a_bad_value_is_refused_by_the_name_of_its_variable(name: str, bad: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is a .*number above 0"):
        settings_from({name: bad})


def test_a_count_is_whole() -> None:
    with pytest.raises(UsageError, match="SSECHAOS_HISTORY is a whole number"):
        settings_from({"SSECHAOS_HISTORY": "1.5"})


@pytest.mark.parametrize("bad", ["", "fast", "-1", "nan", "inf"])
def test_a_bad_delay_is_refused(bad: str) -> None:
    with pytest.raises(UsageError, match="CHUNK_DELAY_MS is a number of milliseconds"):
        workload_from({"CHUNK_DELAY_MS": bad})


def test_the_variables_for_some_settings_are_read_back_as_those() -> None:
    settings = ServerSettings(stream_max_seconds=60.5, history=7, retry=0.25, silence_threshold=1.5)
    assert settings_from(environment_of(settings)) == settings
    assert environment_of(ServerSettings()) == {}
