"""The comparison with Toxiproxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.plan import QUICK
from bench.toxiproxy import toxiproxy

if TYPE_CHECKING:
    import pytest


def test_without_a_toxiproxy_it_says_that_it_was_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssechaos.networks.toxics.binary.missing", lambda: "there is none")
    (row,) = toxiproxy(QUICK)
    assert (row.setting, row.measured) == ("NOT RUN", "there is none")
