"""What decides how a case is drawn: whole numbers below a bound, and nothing else.

So one piece of code draws from a random generator, fast and with weights, while a search explores, and from
Hypothesis, which knows how to make numbers smaller, while a failure is shrunk: the numbers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

T = TypeVar("T")


class Dice(Protocol):
    """Where the numbers come from."""

    def below(self, count: int, weights: Sequence[int] | None = None) -> int:
        """A number from 0 to ``count`` - 1; ``weights`` say how often each is wanted. 0 is the simplest."""

    def part(self, make: Callable[[Dice], T]) -> T:
        """What ``make`` draws, known to belong together, so that shrinking can leave out all of it at once."""


class Rolled:
    """Numbers from a generator, with a note of all of them."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.numbers: list[int] = []
        """Every number so far, in order."""

    def below(self, count: int, weights: Sequence[int] | None = None) -> int:
        """The next number."""
        if weights is None:
            number = int(self._random.random() * count)
        else:
            number = self._random.choices(range(count), weights)[0]
        self.numbers.append(number)
        return number

    def part(self, make: Callable[[Dice], T]) -> T:
        """What ``make`` draws."""
        return make(self)


def one_of(dice: Dice, values: Sequence[T], weights: Sequence[int] | None = None) -> T:
    """One of ``values``, the simplest of which stands first."""
    return values[dice.below(len(values), weights)]
