"""The catalogue of scenarios and faults as a page for people, made from the scenarios and faults themselves.

``docs/scenarios.md`` is what this writes; a test holds it to that, so the page can't fall behind.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import TYPE_CHECKING

from ssechaos.model import DEFAULT_OBJECTIVES, ClientPolicy, ServerSettings
from ssechaos.model.fault import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType
    from typing import Any

    from ssechaos.model import Fault, Scenario, Step

HEAD = """\
# Scenarios and faults

Made by `ssechaos scenarios --markdown`; do not edit. Which of them your machine can play on which network, plain
`ssechaos scenarios` tells; what is real, modelled or impossible where stands in [networks.md](networks.md).
"""


def handbook(modules: Iterable[ModuleType]) -> str:
    """The whole page as Markdown, of scenario modules in the order to show."""
    page = "\n".join([HEAD, *_scenarios(modules), *_faults(), ""])
    return page.replace("``", "`")  # docstrings mark code as reStructuredText does


def _scenarios(modules: Iterable[ModuleType]) -> Iterator[str]:
    usual = ", ".join(f"`{objective}`" for objective in DEFAULT_OBJECTIVES)
    yield f"Every scenario is held to {usual}, unless it says otherwise.\n"
    for module in modules:
        scenarios: tuple[Scenario, ...] = module.SCENARIOS
        yield f"## {', '.join(scenario.name for scenario in scenarios)}\n"
        yield f"{inspect.cleandoc(module.__doc__ or '')}\n"
        for scenario in scenarios:
            yield from _scenario(scenario)
        yield "Its module asserts besides the verdict:\n"
        yield from (f"- {name.removeprefix('test_').replace('_', ' ')}" for name in _tests(module))
        yield ""


def _scenario(scenario: Scenario) -> Iterator[str]:
    workload, clients = scenario.workload, scenario.clients
    who = "" if clients.count == 1 else f", read by {clients.count} clients"
    own = [f"`{objective}`" for objective in scenario.objectives if objective not in DEFAULT_OBJECTIVES]
    yield f"**`ssechaos run {scenario.name}`**: {scenario.does}.\n"
    yield f"- {workload.events} events of {workload.size} bytes, one every {workload.interval:g} s{who}"
    yield from _changed("server", asdict(scenario.server), asdict(ServerSettings()))
    yield from _changed("client", asdict(clients.policy), asdict(ClientPolicy()))
    if own:
        yield f"- objectives of its own: {', '.join(own)}"
    if scenario.expects != "done":
        yield f"- how it ends for the user: {scenario.expects}"
    yield ""
    if scenario.schedule:
        yield from ("| from | until | fault |", "|---|---|---|")
        yield from (_step(step) for step in scenario.schedule)
        yield ""


def _changed(whose: str, settings: Mapping[str, Any], usual: Mapping[str, Any]) -> Iterator[str]:
    changed = [f"`{name}={value}`" for name, value in settings.items() if value != usual[name]]
    if changed:
        yield f"- {whose}: {', '.join(changed)}"


def _step(step: Step) -> str:
    until = "the end" if step.until is None else f"{step.until:g} s"
    settings = [f"{name}={value}" for name, value in step.fault.settings().items() if value is not None]
    return f"| {step.at:g} s | {until} | {' '.join([f'`{step.fault.kind}`', ', '.join(settings)]).strip()} |"


def _tests(module: ModuleType) -> list[str]:
    return [name for name in vars(module) if name.startswith("test_")]


def _faults() -> Iterator[str]:
    yield "## The faults\n"
    yield "Rates are bytes per second, durations seconds, shares between 0 and 1. Each setting has its default.\n"
    yield from ("| fault | what it does | settings |", "|---|---|---|")
    yield from (_fault(FAULTS[kind]) for kind in sorted(FAULTS))


def _fault(fault: type[Fault]) -> str:
    says = inspect.cleandoc(fault.__doc__ or "").split("\n\n")[0]
    settings = ", ".join(f"`{name}={value}`" for name, value in fault().settings().items())
    return f"| `{fault.kind}` | {' '.join(says.split())} | {settings} |"
