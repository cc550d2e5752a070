"""The names of metrics in a PromQL expression: enough of its grammar for the expressions of ``monitoring/``."""

from __future__ import annotations

import re

_LABELS = re.compile(r"\{([^{}]*)\}")
_NOT_NAMES = re.compile(
    r"""
    "(?:[^"\\]|\\.)*"                                          # strings
    | \[[^\]]*\]                                               # ranges
    | \b(?:by|without|on|ignoring|group_left|group_right)\b\s*\([^)]*\)  # lists of labels
    | \b(?:and|or|unless|bool|offset)\b                        # operators
    | \b\w+\s*(?=\(|\bby\b|\bwithout\b)                        # functions and aggregations
    | \b\d[\w.]*                                               # numbers and durations
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[a-zA-Z_:][\w:]*")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


def metrics(expression: str) -> set[str]:
    """Every metric that the expression asks for."""
    return set(_NAME.findall(_NOT_NAMES.sub(" ", _LABELS.sub(" ", expression))))


def labels(expression: str) -> set[str]:
    """Every label that the expression selects by."""
    return {name for inside in _LABELS.findall(expression) for name in _MATCHER.findall(inside)}
