"""The catalogue: every scenario of the ``scenarios`` folder, by name.

A scenario module is a pytest module that declares ``SCENARIOS``. The folder lies beside the package in an
installed wheel, and at the root of a checkout.
"""

from __future__ import annotations

import difflib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from ssechaos.model import Scenario


def scenario_folder() -> Path:
    """Where the scenario modules are."""
    package = Path(__file__).parent
    places = (package / "scenarios", package.parents[1] / "scenarios")
    for place in places:
        if place.is_dir():
            return place
    raise UsageError(f"no scenarios folder at {' or '.join(map(str, places))}; install ssechaos again")


def catalogue() -> dict[str, Scenario]:
    """Every scenario by its name, in the order of the modules.

    Raises:
        UsageError: two scenarios have the same name.
    """
    found: dict[str, Scenario] = {}
    for module in modules():
        for scenario in module.SCENARIOS:
            if scenario.name in found:
                raise UsageError(f"{module.__file__}: there is another scenario named {scenario.name!r}")
            found[scenario.name] = scenario
    return found


def modules() -> list[ModuleType]:
    """The modules that declare scenarios, in the order of their names."""
    loaded = [_load(path) for path in sorted(scenario_folder().glob("test_*.py"))]
    return [module for module in loaded if hasattr(module, "SCENARIOS")]


def chosen(names: Iterable[str], known: dict[str, Scenario]) -> list[str]:
    """The scenarios that ``names`` mean: a name, or the beginning that several share (``stall``).

    Raises:
        UsageError: a name means none of them; says which are near.
    """
    picked: list[str] = []
    for name in names:
        matches = [name] if name in known else [other for other in known if other.startswith(f"{name}_")]
        if not matches:
            raise UsageError(unknown("scenario", name, known))
        picked += [match for match in matches if match not in picked]
    return picked


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """A message for a name that is not known, with the nearest one that is."""
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    return f"unknown {what} {name!r}: {hint}"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"ssechaos_catalogue.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} can't be read as a module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
