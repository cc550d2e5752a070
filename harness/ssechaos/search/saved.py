"""A failure as files: JSON that can be played again, a readable account, and a scenario module."""

from __future__ import annotations

import json
import platform
import re
import shlex
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from ssechaos import __version__
from ssechaos.errors import UsageError
from ssechaos.model import scenario_from_json
from ssechaos.report import read_history
from ssechaos.report.files import write_whole
from ssechaos.search.account import account, schedule_in_words
from ssechaos.search.case import Case
from ssechaos.search.module import scenario_module
from ssechaos.search.trial import attempt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ssechaos.search.batch import Found
    from ssechaos.setups import Setup

SCHEMA = 1
_LIBRARIES = ("aiohttp", "hypothesis")


@dataclass(frozen=True, slots=True)
class Saved:
    """A case that was saved, with what it was played with."""

    case: Case
    client: str = "reference"
    server: str = "reference"
    network: str = "simulated"


@dataclass(frozen=True, slots=True)
class Written:
    """A failure on disk."""

    path: Path
    """The JSON file that ``ssechaos replay`` takes."""
    module: Path
    repeat: str
    """The command that plays it again."""
    account: Sequence[str]


def write_failure(found: Found, setup: Setup, folder: Path, search: dict[str, Any]) -> Written:
    """Write one failure into ``folder``; ``search`` says what found it.

    Raises:
        ReportError: the disk refused.
    """
    name = re.sub(r"\W", "_", found.failure.name)
    case = _named(found, setup, f"found_{name}")
    outcome = attempt(case, setup)
    told: tuple[str, ...] = (found.failure.message,)
    if outcome.history is not None and outcome.judgement is not None:
        told = account(outcome.history, outcome.judgement)
    path, module = folder / f"{name}.json", folder / f"test_found_{name}.py"
    repeat = f"ssechaos replay {shlex.quote(str(path))}"
    saved = Saved(case, setup.client_name, setup.source.name)
    content = _json(saved, found) | {"search": search, "repeat": repeat, "account": told}
    write_whole(path, json.dumps(content, indent=2) + "\n")
    says = f"{found.failure.name}: {found.failure.message}. Play it with --sse-seed={case.seed}."
    write_whole(module, scenario_module(case.scenario, says, told))
    write_whole(folder / f"{name}.txt", "\n".join([schedule_in_words(case.scenario.schedule), *told, repeat, ""]))
    return Written(path, module, repeat, told)


def read_saved(path: Path) -> Saved:
    """Read what ``write_failure`` wrote, or the scenario of a ``history.jsonl``.

    Raises:
        UsageError: there is no such file, or it is neither.
    """
    if path.suffix == ".jsonl":
        conditions = read_history(path).conditions
        case = Case(conditions.scenario, conditions.seed)
        return Saved(case, conditions.client, conditions.target, conditions.network)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"no saved schedule can be read from {path}: {error}") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or "scenario" not in content:
        raise UsageError(f"{path} is no saved schedule of schema {SCHEMA}; give a file that a search wrote")
    try:
        case = Case(scenario_from_json(content["scenario"]), int(content["seed"]))
        return Saved(case, content["client"], content["server"], content["network"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no saved schedule: {type(error).__name__} {error}") from error


def _named(found: Found, setup: Setup, name: str) -> Case:
    """The case under a name of its own, if it still fails so: a run's dice depend on its scenario's name."""
    scenario = replace(found.case.scenario, name=name, does=f"shows {found.failure.name}")
    named = Case(scenario, found.case.seed)
    failure = attempt(named, setup).failure
    return named if failure is not None and failure.name == found.failure.name else found.case


def _json(saved: Saved, found: Found) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "finding": found.failure.name,
        "message": found.failure.message,
        "harness": found.failure.harness,
        "client": saved.client,
        "server": saved.server,
        "network": saved.network,
        "seed": saved.case.seed,
        "scenario": saved.case.scenario.to_json(),
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    found = {"ssechaos": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
