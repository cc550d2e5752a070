"""Makes any text safe to print on one line: event data, and what clients say, is never trusted.

A stream under test can hold whatever its author likes, and a report is read in terminals, editors and browsers.
Escape sequences could forge a verdict, bidirectional overrides (CVE-2021-42574) could reorder one, and some
characters are forbidden in XML 1.0 (section 2.2) or can't be encoded at all.
"""

from __future__ import annotations


def safe(text: str) -> str:
    r"""Write every character that does not simply print (controls, line ends, invisible ones) as ``\x1b``."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
