"""One file per question asked of a history; pure functions, no I/O. ``judge`` asks them all and gives the verdict.

A new checker is a new file with ``@register_checker``; importing this package finds it.
"""

from importlib import import_module
from pkgutil import iter_modules

from ssechaos.checkers.base import CHECKERS, Checker, register_checker
from ssechaos.checkers.judging import judge
from ssechaos.checkers.starvation import starved

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["CHECKERS", "Checker", "judge", "register_checker", "starved"]
