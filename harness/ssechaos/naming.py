"""Finds an object of somebody else's by name: ``module:name``, in the working folder or in what is installed."""

from __future__ import annotations

import sys
from importlib import import_module, reload
from pathlib import Path
from typing import Any

from ssechaos.errors import UsageError


def named(text: str, what: str, *, anew: bool = False) -> Any:
    """The object that ``text`` names; ``what`` says in errors what it was to be.

    With ``anew`` its module is run again, for objects that can be used once only.

    Raises:
        UsageError: it is no ``module:name``, or there is no such module, or the module has no such name.
    """
    module_name, _, name = text.partition(":")
    if not module_name or not name:
        raise UsageError(f"{what} is named as module:name, such as app.streams:events, not {text!r}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = import_module(module_name)
        found: Any = reload(module) if anew else module
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{what} {text!r} can't be found: {error}") from error
    return found
