"""A failure as a scenario module, ready to be put among the scenarios of a project: it fails until it is mended.

Only what differs from the defaults is written out, so that the module shows what matters.
"""

from __future__ import annotations

import json
import textwrap
from collections import defaultdict
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ssechaos.model import Objective

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from dataclasses import Field

    from ssechaos.model import Scenario

_WIDTH = 110
_SHORT = 80
"""Characters of a value that is written in one line."""


def scenario_module(scenario: Scenario, says: str, told: Iterable[str]) -> str:
    """The source of a module that declares ``scenario``, with what was found as its docstring."""
    source = _Source()
    declared = textwrap.indent(source.of(scenario), "    ")
    return "\n".join(
        [
            f'"""{_docstring(says, told)}\n"""',
            "",
            "from __future__ import annotations",
            "",
            *source.imports("ssechaos.model", "Run"),
            "",
            f"SCENARIOS = (\n{declared},\n)",
            "",
            "",
            "def test_nothing_is_held_against_the_run(sse_run: Run) -> None:",
            "    assert not sse_run.judgement.findings",
            "",
        ]
    )


def _docstring(says: str, told: Iterable[str]) -> str:
    lines = [*textwrap.wrap(_plain(says), _WIDTH), ""]
    for line in told:
        lines += textwrap.wrap(_plain(line), _WIDTH, initial_indent="- ", subsequent_indent="  ")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text of a stream can hold anything; in a docstring it must neither end it nor escape anything."""
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return printable.replace("\\", "/").replace('"', "'")


class _Source:
    """Values as Python source, and the names that they need."""

    def __init__(self) -> None:
        self._names: defaultdict[str, set[str]] = defaultdict(set)

    def of(self, value: Any) -> str:
        """The expression that makes ``value``."""
        if isinstance(value, Objective):
            return f"{self._name(Objective)}.parse({json.dumps(str(value))})"
        if isinstance(value, Enum):
            return f"{self._name(type(value))}.{value.name}"
        if isinstance(value, tuple):
            return _called("", [self.of(item) for item in value], last="," if len(value) == 1 else "")
        if is_dataclass(value):
            return _called(self._name(type(value)), [f"{name}={self.of(it)}" for name, it in _changed(value)])
        return json.dumps(value) if isinstance(value, str) else repr(value)

    def imports(self, module: str, name: str) -> list[str]:
        """The imports that everything written so far needs, and one name more."""
        self._names[module].add(name)
        return [f"from {home} import {', '.join(sorted(names))}" for home, names in sorted(self._names.items())]

    def _name(self, cls: type) -> str:
        package = ".".join(cls.__module__.split(".")[:2])
        home = package if hasattr(import_module(package), cls.__name__) else cls.__module__
        self._names[home].add(cls.__name__)
        return cls.__name__


def _called(name: str, arguments: list[str], last: str = "") -> str:
    short = f"{name}({', '.join(arguments)}{last})"
    if len(short) <= _SHORT and "\n" not in short:
        return short
    lines = textwrap.indent(",\n".join(arguments), "    ")
    return f"{name}(\n{lines},\n)"


def _changed(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields that have another value than by default."""
    for field in fields(value):
        present = getattr(value, field.name)
        if _default(field) != present:
            yield field.name, present


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()
