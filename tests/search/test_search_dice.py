"""Numbers from a generator, noted, and the same case from the same numbers."""

from __future__ import annotations

from random import Random

from ssechaos.search.dice import Rolled, one_of
from ssechaos.search.drawing import draw_case


class Repeated:
    """Gives the numbers of another roll again."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = iter(numbers)

    def below(self, count: int, weights: object = None) -> int:  # noqa: ARG002
        number = next(self._numbers)
        assert number < count
        return number

    def part(self, make):
        return make(self)


def test_every_number_is_noted_and_below_its_bound() -> None:
    dice = Rolled(Random(1))
    rolled = [dice.below(count) for count in (1, 2, 7, 100)]
    assert dice.numbers == rolled
    assert all(number < count for number, count in zip(rolled, (1, 2, 7, 100), strict=True))


def test_weights_say_how_often_a_value_comes() -> None:
    dice = Rolled(Random(1))
    values = [one_of(dice, "ab", (9, 1)) for _ in range(500)]
    assert 400 < values.count("a") < 500


def test_a_case_follows_from_its_numbers_alone() -> None:
    for seed in range(100):
        dice = Rolled(Random(seed))
        case = draw_case(dice, focus=("cut", "stall"))
        assert draw_case(Repeated(dice.numbers)) == case
