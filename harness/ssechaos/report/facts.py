"""What every report for people shows of a summary, in the same words; each renderer escapes and lays it out.

The text is raw and bounded: ``summary.json`` has all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NO_VALUE = "–"  # noqa: RUF001 - a dash reads better than a hyphen in a column of numbers
MARKS = {"PASS": "✓", "FAIL": "✗", "INVALID": "?", "SKIPPED": NO_VALUE}
COLUMNS = ("verdict", "scenario", "events", "lost", "dup.", "reconnects", "recovery p95", "wall s", "note")

_MOST_SHOWN = 5
_MOST_CHARACTERS = 500


class Detail(NamedTuple):
    """One thing that explains a verdict; ``label`` is ours, ``text`` may hold what a stream sent."""

    label: str
    text: str


def headline(summary: Mapping[str, Any]) -> str:
    """The overall verdict, and how many scenarios have which."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary["counts"].items() if count)
    total = len(summary["scenarios"])
    scenarios = "1 scenario" if total == 1 else f"{total} scenarios"
    return f"{scenarios}: {counts}" if counts else "no scenario"


def remarks(summary: Mapping[str, Any]) -> Iterator[str]:
    """What makes the whole session INVALID, whatever its scenarios say."""
    if summary["interrupted"]:
        yield "interrupted: only what is shown here was played, so the session is not complete"
    baseline = summary["baseline"]
    if baseline and baseline["verdict"] != "PASS":
        yield bounded(f"the baseline without faults is {baseline['verdict']}: {baseline['reason']}")
    if all(scenario["verdict"] == "SKIPPED" for scenario in summary["scenarios"]):
        yield "no scenario was played, so nothing was shown"


def conditions(summary: Mapping[str, Any]) -> str:
    """What the session was made of."""
    return bounded(
        " · ".join(f"{name} {summary[name]}" for name in ("network", "client", "target") if summary[name])
    )


def closing(summary: Mapping[str, Any]) -> str:
    """Seed, time in all, the longest scenario, and how close the first is to the second."""
    seed = [] if summary["seed"] is None else [f"seed {summary['seed']}"]
    parts = [*seed, f"{summary['wall_seconds']:.1f} s in all"]
    longest = summary["longest_scenario_seconds"]
    if longest:
        name = max(summary["scenarios"], key=lambda scenario: float(scenario["wall_seconds"]))["name"]
        parts.append(f"longest scenario {name} {longest:.1f} s")
        parts.append(f"ratio {summary['wall_seconds'] / longest:.2f}")
    return " · ".join(parts)


def cells(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """The row of a scenario in every table; see ``COLUMNS``."""
    verdict, measured = scenario["verdict"], scenario["measurements"]
    return (
        f"{MARKS[verdict]} {verdict}",
        scenario["name"],
        _events(measured),
        _number(measured.get("lost")),
        _number(measured.get("duplicates")),
        _number(measured.get("reconnects")),
        _recovery(scenario),
        f"{scenario['wall_seconds']:.1f}",
        "modelled" if any(fault["modelled"] for fault in scenario["faults"]) else "",
    )


def details(scenario: Mapping[str, Any]) -> Iterator[Detail]:
    """Why a scenario did not pass, and what repeats it; of one that did, only what that says nothing about."""
    yield from (Detail("not judged", bounded(text)) for text in scenario["not_judged"])
    if scenario["verdict"] == "PASS":
        return
    yield Detail("reason", bounded(scenario["reason"]))
    if scenario["verdict"] == "SKIPPED":
        return
    if scenario["at_fault"]:
        yield Detail("at fault", bounded(_at_fault(scenario)))
    yield from _first_few("finding", [_finding(f) for f in scenario["findings"] if not _is_reason(f, scenario)])
    yield from _first_few("objective", [_objective(o) for o in scenario["objectives"] if not o["ok"]])
    yield from _first_few("fault", [_fault(fault) for fault in scenario["faults"]])
    yield Detail("repeat", scenario["repeat"])


def bounded(text: str) -> str:
    """The beginning of a text, saying how much was left out."""
    left_out = len(text) - _MOST_CHARACTERS
    return f"{text[:_MOST_CHARACTERS]}… ({left_out} more characters in summary.json)" if left_out > 0 else text


def _at_fault(scenario: Mapping[str, Any]) -> str:
    """The sides that failed, each with the names of what is held against it."""
    held: dict[str, dict[str, None]] = {}
    for finding in scenario["findings"]:
        if finding["side"] and finding["verdict"] == "FAIL":
            held.setdefault(finding["side"], {})[finding["name"]] = None
    return " and ".join(f"the {side} ({', '.join(names)})" for side, names in held.items())


def _first_few(label: str, texts: list[str]) -> Iterator[Detail]:
    for text in texts[:_MOST_SHOWN]:
        yield Detail(label, bounded(text))
    if len(texts) > _MOST_SHOWN:
        yield Detail(label, f"… and {len(texts) - _MOST_SHOWN} more in summary.json")


def _is_reason(finding: Mapping[str, Any], scenario: Mapping[str, Any]) -> bool:
    return f"{finding['name']}: {finding['message']}" == str(scenario["reason"])


def _finding(finding: Mapping[str, Any]) -> str:
    when = "" if finding["at"] is None else f" at {finding['at']:.2f} s"
    return f"{finding['name']}{when}: {finding['message']}"


def _objective(objective: Mapping[str, Any]) -> str:
    return f"{objective['name']} {objective['limit']}, observed {_number(objective['observed'])}"


def _fault(fault: Mapping[str, Any]) -> str:
    evidence = ", ".join(f"{name} {_number(value)}" for name, value in fault["evidence"].items())
    modelled = " (modelled)" if fault["modelled"] else ""
    return f"{fault['kind']}{modelled}, {_period(fault)}: {evidence or 'no evidence'}"


def _period(fault: Mapping[str, Any]) -> str:
    if fault["at"] is None:
        return "never began"
    until = "the end" if fault["until"] is None else f"{fault['until']:.2f} s"
    return f"{fault['at']:.2f} s to {until}"


def _events(measured: Mapping[str, Any]) -> str:
    if "sent" not in measured:
        return NO_VALUE
    return f"{_number(measured.get('delivered'))}/{_number(measured['sent'])}"


def _recovery(scenario: Mapping[str, Any]) -> str:
    observed = scenario["measurements"].get("recovery", {}).get("p95")
    if observed is None:
        return NO_VALUE
    limits = [objective["limit"] for objective in scenario["objectives"] if objective["name"] == "recovery_p95"]
    return " ".join([f"{observed:.2f}", *(f"({limit})" for limit in limits)])


def _number(value: float | None) -> str:
    if value is None:
        return NO_VALUE
    return str(value) if isinstance(value, int) else f"{value:.6g}"
