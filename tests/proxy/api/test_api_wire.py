from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.proxy.api import wire
from ssechaos.proxy.api.errors import ApiError

TYPES = {"name": "string", "enabled": "bool", "rate": "int64", "toxicity": "float32", "attributes": "object"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "EOF"),
        (b"  \n", "EOF"),
        (b"hello", "invalid character 'h' looking for beginning of value"),
        (b'{"a', "unexpected EOF"),
        (b'{"a":1', "unexpected EOF"),
        (b"NaN", "invalid character 'N' looking for beginning of value"),
    ],
)
def test_what_is_no_json_is_refused_in_the_words_of_go(body, why):
    with pytest.raises(ApiError, match="bad request body") as caught:
        wire.parse(body)
    assert caught.value.message == f"bad request body: {why}"
    assert caught.value.status == 400


def test_nesting_without_end_is_refused():
    with pytest.raises(ApiError):
        wire.parse(b"[" * 200_000)


def test_what_follows_the_first_value_is_not_looked_at():
    assert wire.parse(b'{"a": 1} and so on') == {"a": 1}


def test_keys_match_in_any_case_and_unknown_ones_and_nulls_are_ignored():
    value = {"NAME": "a", "Enabled": None, "colour": "red"}
    assert wire.fields(value, TYPES, "toxiproxy.Proxy") == {"name": "a"}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"name": 5}, "cannot unmarshal number into Go struct field Proxy.name of type string"),
        ({"enabled": "yes"}, "cannot unmarshal string into Go struct field Proxy.enabled of type bool"),
        ({"rate": 1.5}, "cannot unmarshal number 1.5 into Go struct field Proxy.rate of type int64"),
        ({"rate": True}, "cannot unmarshal bool into Go struct field Proxy.rate of type int64"),
        ({"rate": 2**63}, f"cannot unmarshal number {2**63} into Go struct field Proxy.rate of type int64"),
        ({"toxicity": "x"}, "cannot unmarshal string into Go struct field Proxy.toxicity of type float32"),
        ({"attributes": []}, "cannot unmarshal array into Go struct field Proxy.attributes of type object"),
        ([], "cannot unmarshal array into Go value of type toxiproxy.Proxy"),
    ],
)
def test_another_type_is_refused_in_the_words_of_go(value, why):
    with pytest.raises(ApiError) as caught:
        wire.fields(value, TYPES, "toxiproxy.Proxy")
    assert caught.value.message == f"bad request body: json: {why}"


def test_null_is_an_empty_object_and_an_empty_array():
    assert wire.fields(None, TYPES, "any") == {}
    assert wire.array(None, "any") == []


def test_numbers_are_shown_as_go_shows_a_float32():
    assert [wire.number(value) for value in (1.0, 0.0, 0.1, 0.123456789)] == [1, 0, 0.1, 0.12345679]
    assert isinstance(wire.number(1.0), int)


@given(st.floats(0, 1, width=32))
def test_a_number_that_is_shown_is_the_number_that_it_was(value):
    assert struct.pack("f", wire.number(value)) == struct.pack("f", value)
