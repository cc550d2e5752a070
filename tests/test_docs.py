"""What the documentation says is there, and its samples work."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.catalogue import catalogue, chosen
from ssechaos.checkers import CHECKERS, judge
from ssechaos.cli import COMMANDS
from ssechaos.client import CLIENTS
from ssechaos.model import FAULTS, History, Scenario, Step, Verdict, Workload
from ssechaos.networks.virtual import SimulatedNetwork
from ssechaos.runner import play_to_end
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXTENDING = ROOT / "docs" / "extending.md"
REGISTRIES: tuple[dict[str, Any], ...] = (FAULTS, CLIENTS, CHECKERS)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The names under which its headings can be linked to, as code hosts make them."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), f"{target} is not there"
        assert not anchor or anchor in anchors(linked), f"{linked.name} has no heading {anchor}"


@every_page
def test_every_scenario_that_is_played_exists(page: Path) -> None:
    for words in re.findall(r"`ssechaos run ((?:\w+ ?)+)", page.read_text(encoding="utf-8")):
        names = [word for word in words.split() if word != "SCENARIO"]
        assert chosen(names, catalogue()) or not names


@every_page
def test_every_command_exists(page: Path) -> None:
    assert set(re.findall(r"`ssechaos (\w+)", page.read_text(encoding="utf-8"))) <= set(COMMANDS)


@pytest.fixture
def samples(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The Python samples of the page on extending, loaded as modules, by the heading that they stand under."""
    before = [dict(registry) for registry in REGISTRIES]
    found = {}
    for section in EXTENDING.read_text(encoding="utf-8").split("\n## ")[1:]:
        for language, code in FENCE.findall(section):
            if language == "python":
                title = section.partition("\n")[0]
                found[title] = module = ModuleType(f"sample_{len(found)}")
                monkeypatch.setitem(sys.modules, module.__name__, module)
                exec(compile(code, f"extending.md: {title}", "exec"), vars(module))  # noqa: S102 - our own page
    yield found
    for registry, kept in zip(REGISTRIES, before, strict=True):
        registry.clear()
        registry.update(kept)


def played(scenario: Scenario, setup: Setup | None = None) -> History:
    return play_to_end(scenario, setup or Setup(network=SimulatedNetwork()), seed=1)


def test_the_sample_scenario_passes(samples: dict[str, ModuleType]) -> None:
    (scenario,) = samples["A scenario"].SCENARIOS
    judgement = judge(played(scenario))
    assert (judgement.verdict, judgement.reason) == (Verdict.PASS, "")
    assert judgement.measurements["reconnects"] == 1


def test_the_sample_fault_happens_and_leaves_evidence(samples: dict[str, ModuleType]) -> None:
    fault = samples["A fault"].Hiccup()
    scenario = Scenario(name="hiccups", does="x", workload=Workload(events=20), schedule=(Step(fault),))
    judgement = judge(played(scenario))
    assert judgement.verdict is Verdict.PASS
    assert judgement.faults[0].evidence["hiccups"] > 0


def test_the_sample_client_reads_a_stream_and_fails_visibly_when_it_breaks(samples: dict[str, ModuleType]) -> None:
    setup = Setup(network=SimulatedNetwork(), client=samples["A client"].OneConnection, client_name="once")
    calm = Scenario(name="calm", does="x", workload=Workload(events=5))
    assert judge(played(calm, setup)).verdict is Verdict.PASS
    cut = Scenario(
        name="cut", does="x", workload=Workload(events=20), schedule=(Step(FAULTS["reset"](), 1.0, 1.0),)
    )
    assert judge(played(cut, setup)).verdict is Verdict.FAIL


def test_the_sample_checker_is_asked(samples: dict[str, ModuleType]) -> None:
    history = played(Scenario(name="calm", does="x", workload=Workload(events=2)))
    assert samples["A checker"].check_wordy(history).problems == ()
    assert "wordy" in CHECKERS
    assert not asyncio.iscoroutinefunction(CHECKERS["wordy"].check)
