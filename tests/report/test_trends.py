"""Many sessions over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import Verdict
from ssechaos.report.trends import MOST_SESSIONS, sparkline, trends_text

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def sessions(run: Callable[..., Any], summary: Callable[..., Any]) -> Callable[..., list[dict[str, Any]]]:
    """A session for each recovery time, one a day."""

    def make(*times: float | None, network: str = "embedded") -> list[dict[str, Any]]:
        return [
            summary(run(recovery_p95=time, network=network), started=f"2025-01-{day:02}T00:00:00Z")
            for day, time in enumerate(times, 1)
        ]

    return make


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([None], "·"),
        ([0.0], "▁"),
        ([5.0], "█"),
        ([1, 2, 4, 8], "▂▃▅█"),
        ([0.5, None, 1.0], "▅·█"),
    ],
)
def test_bars_begin_at_zero(values: list[float | None], line: str) -> None:
    assert sparkline(values) == line


@given(st.lists(st.none() | st.floats(min_value=0, max_value=1e9), max_size=40))
def test_each_value_has_a_bar_and_more_is_never_lower(values: list[float | None]) -> None:
    line = sparkline(values)
    assert len(line) == len(values)
    known = sorted((value, bar) for value, bar in zip(values, line, strict=True) if value is not None)
    assert [bar for _, bar in known] == sorted(bar for _, bar in known)


def test_a_scenario_has_a_row_with_its_curve(sessions: Any) -> None:
    conditions = "network embedded · client reference · target reference"
    assert trends_text(sessions(1.0, 1.0, 4.0, 2.0)).splitlines() == [
        f"4 runs · 2025-01-01T00:00:00Z to 2025-01-04T00:00:00Z · {conditions}",
        "scenario  verdicts  recovery p95  first   median  last",
        "handoff   ✓✓✓✓      ▃▃█▅          1.00 s  1.50 s  2.00 s",
    ]


def test_what_was_not_played_or_not_measured_is_a_dot(run: Any, summary: Any) -> None:
    made = trends_text(
        [
            summary(run("a", recovery_p95=None), started="2025-01-01T00:00:00Z"),
            summary(run("b", Verdict.SKIPPED, "no"), started="2025-01-02T00:00:00Z"),
            summary(run("a", Verdict.FAIL, "lost"), started="2025-01-03T00:00:00Z"),
        ]
    )
    rows = [line.split() for line in made.splitlines()[2:]]
    assert rows[0][:3] == ["a", "✓·✗", "··█"]
    assert rows[1][:3] == ["b", "·–·", "···"]  # noqa: RUF001 - the mark of a skipped scenario
    assert rows[1][3:] == ["–", "–", "–"]  # noqa: RUF001 - no value


def test_a_single_run_has_one_date(sessions: Any) -> None:
    assert trends_text(sessions(1.0)).startswith("1 run · 2025-01-01T00:00:00Z · network embedded")


def test_other_conditions_have_a_table_of_their_own(sessions: Any) -> None:
    tables = trends_text([*sessions(1.0), *sessions(2.0, network="packet"), *sessions(3.0)]).split("\n\n")
    assert [table.split(" · ")[0] for table in tables] == ["2 runs", "1 run"]


def test_only_the_latest_are_shown_and_the_rest_is_counted(sessions: Any) -> None:
    made = trends_text(sessions(*[9.0] * 5, *[1.0] * MOST_SESSIONS))
    assert made.startswith(f"{MOST_SESSIONS + 5} runs, the latest {MOST_SESSIONS} shown")
    assert "█" * MOST_SESSIONS in made
    assert "9.00 s" not in made


def test_names_cannot_forge_a_line(run: Any, summary: Any) -> None:
    assert "\x1b" not in trends_text([summary(run("a\x1b[2J\nb"))])
