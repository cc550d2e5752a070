"""What a user may say of a target: one table for the command line and for pytest, so that they can't differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Takes(Enum):
    """How an option is given: with a text, any number of times with one, or alone."""

    TEXT = "text"
    TEXTS = "texts"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Option:
    """One option; its name without dashes is a field of ``Asked``."""

    name: str
    takes: Takes
    metavar: str
    help: str


OPTIONS = (
    Option("sequence", Takes.TEXT, "id|data:/POINTER", "where the target's events are counted (default: id)"),
    Option("witness", Takes.NOTHING, "", "know what the target sent from a second connection around the faults"),
    Option("until", Takes.TEXT, "event:NAME|data:TEXT", "its stream's last event (default: event:complete)"),
    Option("events", Takes.TEXT, "N", "its stream is complete after so many events with a sequence"),
    Option("header", Takes.TEXTS, "'NAME: VALUE'", "sent to the target; $NAME is taken from the environment"),
    Option("method", Takes.TEXT, "METHOD", "ask the target with this method where a client says GET"),
    Option("body", Takes.TEXT, "TEXT|@FILE", "and with this body: JSON, unless a header says other"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a user said of a target, word for word; empty where nothing was said."""

    sequence: str = ""
    witness: bool = False
    until: str = ""
    events: str = ""
    header: tuple[str, ...] = ()
    method: str = ""
    body: str = ""

    @classmethod
    def read(cls, value_of: Callable[[Option], Any]) -> Asked:
        """Collect every option; ``value_of`` gives what was said of one, or nothing."""
        said: dict[str, Any] = {option.name: value for option in OPTIONS if (value := value_of(option))}
        return cls(**said | {"header": tuple(said.get("header", ()))})

    def first(self) -> str | None:
        """The name of the first option that was used; None when none was."""
        return next((option.name for option in OPTIONS if getattr(self, option.name)), None)
