"""Whether the same schedule gives the same history, byte for byte: ``python -m bench.determinism``.

Schedules of a search are played in two processes with different hash seeds, in opposite orders, so that neither
the order of a set nor what outlives a run can hide. Of a history that differs the first entry that does is named.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from bench.measure.errors import BenchError
from ssechaos.runner import play_to_end
from ssechaos.search.dice import Rolled
from ssechaos.search.drawing import draw_case
from ssechaos.search.pairs import setup_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ROOT = Path(__file__).parents[1]
_HASH_SEEDS = (1, 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.determinism", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="how many schedules (default: %(default)s)")
    runs = parser.parse_args(arguments).runs
    began = perf_counter()
    first, second = _in_two_processes("tell_digests", f"range({runs})", f"range({runs - 1}, -1, -1)")
    numbers = sorted({int(line.split()[0]) for line in {*first} ^ {*second}})
    seconds = perf_counter() - began
    print(f"{runs} schedules played twice, in processes with different hash seeds, in {seconds:.0f} s")
    print(f"identical histories: {runs - len(numbers)}; different ones: {len(numbers)}")
    if numbers:
        lines = _in_two_processes("tell_history", str(numbers[0]), str(numbers[0]))
        print(f"schedule {numbers[0]}: {first_difference(*lines)}")
    return 1 if numbers or not runs else 0


def first_difference(one: Iterable[str], other: Iterable[str]) -> str:
    """The first line in which two histories differ, in words."""
    for number, (first, second) in enumerate(zip_longest(one, other, fillvalue="nothing"), 1):
        if first != second:
            return f"line {number} differs:\n  {first}\n  {second}"
    return "the same when it is played alone: something outlives a run"


def tell_digests(numbers: Iterable[int]) -> None:
    """Print a line for each schedule: its number and a digest of its history."""
    for number in numbers:
        print(number, hashlib.blake2b("\n".join(_history(number)).encode(), digest_size=16).hexdigest())


def tell_history(number: int) -> None:
    """Print the history of one schedule."""
    print(*_history(number), sep="\n")


def _history(number: int) -> list[str]:
    case = draw_case(Rolled(Random(f"determinism:{number}")))
    return list(play_to_end(case.scenario, setup_named(), seed=case.seed).to_lines())


def _in_two_processes(function: str, *given: str) -> list[list[str]]:
    """What a function of this module prints in each, as lines."""
    program = "from bench import determinism; determinism.{}({})"
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program.format(function, argument)],
            cwd=_ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for hash_seed, argument in zip(_HASH_SEEDS, given, strict=True)
    ]
    told = [process.communicate()[0].splitlines() for process in running]
    if any(process.returncode for process in running):
        raise BenchError("a process that plays schedules failed; its own words are above")
    return told


if __name__ == "__main__":
    sys.exit(main())
