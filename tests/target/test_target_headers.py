"""Headers may hold secrets: they are sent as they are, and never shown."""

from __future__ import annotations

import pytest

from ssechaos.errors import UsageError
from ssechaos.target.headers import read_header

ENVIRONMENT = {"KEY": "s3cret", "_x1": "y", "EMPTY": "", "BAD": "a\r\nb"}


@pytest.mark.parametrize(
    ("text", "name", "value", "shown"),
    [
        ("X-Plain: hello: you", "X-Plain", "hello: you", "X-Plain: …"),
        ("Authorization: Bearer $KEY", "Authorization", "Bearer s3cret", "Authorization: Bearer $KEY"),
        ("a:${KEY}${_x1}", "a", "s3crety", "a: ${KEY}${_x1}"),
        ("a: $KEY-$_x1", "a", "s3cret-y", "a: $KEY-$_x1"),
        ("a: $EMPTY", "a", "", "a: $EMPTY"),
        ("a: 5 $$ or $1 or $", "a", "5 $ or $1 or $", "a: …"),
        ("a:", "a", "", "a: …"),
    ],
)
def test_variables_are_put_in_and_only_their_names_are_shown(text: str, name: str, value: str, shown: str) -> None:
    header = read_header(text, ENVIRONMENT)
    assert (header.name, header.value, header.shown) == (name, value, shown)


def test_a_secret_is_not_even_in_the_repr() -> None:
    assert "s3cret" not in repr(read_header("Authorization: Bearer s3cret", {}))


@pytest.mark.parametrize("text", ["", "s3cret", ": s3cret", "a b: s3cret", "é: s3cret"])
def test_what_is_no_header_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UsageError, match="--header takes 'Name: value'") as raised:
        read_header(text, {})
    assert "s3cret" not in str(raised.value)


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(UsageError, match="--header a: the environment has no variable KEY; set it"):
        read_header("a: s3cret $KEY", {})


@pytest.mark.parametrize("text", ["a: x\ny", "a: $BAD", "a: \x7f"])
def test_a_value_can_not_smuggle_another_header_in(text: str) -> None:
    with pytest.raises(UsageError, match="control character") as raised:
        read_header(text, ENVIRONMENT)
    assert "BAD" not in str(raised.value)


@pytest.mark.parametrize("name", ["Host", "last-event-id", "Content-Length", "Transfer-Encoding", "Connection"])
def test_what_is_for_each_request_to_say_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f"--header can't set {name}"):
        read_header(f"{name}: x", {})
