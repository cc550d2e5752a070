"""What makes a pass mean less than it seems: said before anything that passed is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Scenario = Mapping[str, Any]

_FEW = 10
"""A scenario that sends fewer events than this puts little to the test."""
_MOST_NAMES = 8


def cautions(summary: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each kind of doubt, with the scenarios that it touches."""
    scenarios = summary["scenarios"]
    played = [one for one in scenarios if one["verdict"] != "SKIPPED"]
    for words, doubtful in _DOUBTS:
        names = [one["name"] for one in played if doubtful(one)]
        if names:
            yield bounded(f"{words}: {_listed(names)}")
    skipped = [one["name"] for one in scenarios if one["verdict"] == "SKIPPED"]
    if skipped:
        yield bounded(f"skipped, so nothing is known of: {_listed(skipped)}")
    if "simulated" in str(summary["network"]).split(", "):
        yield "played in virtual time: server and client are the real ones, sockets and kernel are not"
    if played and summary["baseline"] is None:
        yield "no baseline without faults was played, so faults are not the only thing that may have gone wrong"


def _modelled(scenario: Scenario) -> bool:
    return any(fault["modelled"] for fault in scenario["faults"])


def _concluded(scenario: Scenario) -> bool:
    return bool(scenario["ground_truth"] == "sequence")


def _starved(scenario: Scenario) -> bool:
    return any(finding["name"] == "starved" for finding in scenario["findings"])


def _few(scenario: Scenario) -> bool:
    return (scenario["measurements"].get("sent") or 0) < _FEW


def _untested(scenario: Scenario) -> bool:
    limits = (one for one in scenario["objectives"] if one["name"].startswith("recovery"))
    return scenario["verdict"] == "PASS" and any(one["observed"] is None for one in limits)


_DOUBTS: Sequence[tuple[str, Callable[[Scenario], bool]]] = (
    ("the machine was too busy to judge times", _starved),
    ("faults that were only modelled, as the network can't make the real ones", _modelled),
    (
        "what was sent is only concluded from what came: neither a loss at the very end nor changed bytes show",
        _concluded,
    ),
    ("recovery was not put to the test, as no outage met a client", _untested),
    (f"fewer than {_FEW} events were sent", _few),
)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"
