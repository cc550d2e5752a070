"""The table that the benchmark prints."""

from __future__ import annotations

import json

from bench.table import Row, as_json, missed, render

FAST = Row(section="speed", setting="one stream", measured="1,000", compared="0.9 x direct")
EXACT = Row(section="rate", setting="32 kbit/s", measured="32.01", compared="+0.03%", limit="±2%", ok=True)
WRONG = Row(section="rate", setting="1 Mbit/s", measured="950", compared="-5.00%", limit="±2%", ok=False)


def test_columns_stand_under_each_other_within_their_sections() -> None:
    assert render([EXACT, WRONG, FAST]).splitlines() == [
        "  setting     measured  compared      limit",
        "",
        "rate",
        "  32 kbit/s   32.01     +0.03%        ±2%    ok",
        "  1 Mbit/s    950       -5.00%        ±2%    MISSED",
        "",
        "speed",
        "  one stream  1,000     0.9 x direct",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    assert render([]) == "  setting  measured  compared  limit"


def test_only_a_limit_can_be_missed() -> None:
    assert missed([FAST, EXACT, WRONG]) == [WRONG]


def test_rows_are_plain_json() -> None:
    assert json.loads(json.dumps(as_json([WRONG]))) == [
        {
            "section": "rate",
            "setting": "1 Mbit/s",
            "measured": "950",
            "compared": "-5.00%",
            "limit": "±2%",
            "ok": False,
            "figures": {},
        }
    ]
