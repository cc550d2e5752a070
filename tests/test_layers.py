"""The layers of the design: an import may only point to a layer further down, and the heart does no I/O."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "harness" / "ssechaos"

LAYERS = (
    {"errors"},
    {"naming", "processes"},
    {"model"},
    {"sse"},
    {"faults"},
    {"link"},
    {"installation"},
    {"checkers"},
    {"server"},
    {"client"},
    {"proxy"},
    {"networks"},
    {"report"},
    {"probe"},
    {"load"},
    {"recording", "progress", "catalogue", "handbook", "archive", "lineup", "testing"},
    {"sources", "hosting"},
    {"target"},
    {"setups"},
    {"runner"},
    {"search"},
    {"session", "live_table"},
    {"live"},
    {"pytest_session"},
    {"pytest_plugin"},
    {"commands"},
    {"cli"},
)
"""From the bottom up. Rooms of one layer don't know each other."""

PURE = ("model", "sse", "faults", "link", "installation", "checkers", "progress")
IO_MODULES = {
    "asyncio",
    "socket",
    "aiohttp",
    "threading",
    "subprocess",
    "time",
    "os",
    "pathlib",
    "select",
    "selectors",
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The top-level name below the package: ``faults`` for ``faults/stall.py``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def height(name: str) -> int:
    return next(place for place, layer in enumerate(LAYERS) if name in layer)


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "ssechaos"}
    return found


def test_every_room_has_its_layer() -> None:
    known = set().union(*LAYERS) | {"__init__", "py", "scenarios"}
    assert {room(path) for path in MODULES} <= known


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room(path) not in ("__init__", "scenarios")], ids=str
)
def test_imports_point_down(path: Path) -> None:
    own = room(path)
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "ssechaos" and len(parts) > 1 and parts[1] not in (own, "__version__"):
            assert height(parts[1]) < height(own), f"{own} is below {parts[1]}, and must not know it"


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) in PURE], ids=str)
def test_the_heart_does_no_io(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(path)} & IO_MODULES
