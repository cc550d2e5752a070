"""``ssechaos scenarios``: the catalogue."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ssechaos.catalogue import catalogue, modules
from ssechaos.handbook import handbook
from ssechaos.model import DEFAULT_OBJECTIVES
from ssechaos.networks import NETWORKS

if TYPE_CHECKING:
    import argparse

    from ssechaos.model import Scenario
    from ssechaos.networks import Network


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("scenarios", help="what scenarios there are, and what each does to the network")
    parser.add_argument("--markdown", action="store_true", help="as a page, with schedules and all faults")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print every scenario: what it does, its objectives beyond the usual ones, and where it can run."""
    if arguments.markdown:
        print(handbook(modules()), end="")
        return 0
    print("Every scenario is held to:", ", ".join(str(objective) for objective in DEFAULT_OBJECTIVES))
    for scenario in catalogue().values():
        print()
        print(*described(scenario), sep="\n")
    return 0


def described(scenario: Scenario) -> list[str]:
    """A scenario in a few lines."""
    own = [str(objective) for objective in scenario.objectives if objective not in DEFAULT_OBJECTIVES]
    able = [name for name, make in NETWORKS.items() if _can_run(scenario, make())]
    lines = [scenario.name, *textwrap.wrap(scenario.does, 96, initial_indent="    ", subsequent_indent="    ")]
    if own:
        lines.append(f"    objectives: {', '.join(own)}")
    return [*lines, f"    networks: {', '.join(able)}"]


def _can_run(scenario: Scenario, network: Network) -> bool:
    return all(network.refuses(step.fault) is None for step in scenario.schedule)
