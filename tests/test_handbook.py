"""The page of scenarios and faults follows from them."""

from __future__ import annotations

from pathlib import Path

from ssechaos.catalogue import catalogue, modules
from ssechaos.handbook import handbook
from ssechaos.model.fault import FAULTS

PAGE = Path(__file__).parents[1] / "docs" / "scenarios.md"


def test_the_page_in_docs_is_what_the_scenarios_say_today() -> None:
    remedy = "make it anew: ssechaos scenarios --markdown > docs/scenarios.md"
    assert PAGE.read_text(encoding="utf-8") == handbook(modules()), remedy


def test_every_scenario_has_its_command_and_every_fault_its_row() -> None:
    page = handbook(modules())
    assert all(f"**`ssechaos run {name}`**" in page for name in catalogue())
    assert all(f"\n| `{kind}` | " in page for kind in FAULTS)


def test_a_schedule_shows_what_each_fault_is_set_to() -> None:
    assert "| 2 s | 3.5 s | `handoff` rate=1012500.0, rtt=0.165 |" in handbook(modules())


def test_only_settings_that_differ_from_the_usual_ones_are_shown() -> None:
    page = handbook(modules())
    assert "- server: `silence_threshold=" not in page.partition("## packet_loss")[2].partition("\n## ")[0]
    assert "`max_attempts=4`" in page.partition("## user_experience")[2].partition("\n## ")[0]
