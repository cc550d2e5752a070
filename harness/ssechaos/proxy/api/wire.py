"""JSON as Go's ``encoding/json`` reads it, on which Toxiproxy's clients have come to rely.

Keys match in any case, unknown ones and nulls are ignored, and what follows the first value is not looked at.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

from ssechaos.proxy.api.errors import bad_body

if TYPE_CHECKING:
    from collections.abc import Mapping

INTEGERS = ("int", "int64")
NUMBERS = (*INTEGERS, "float32")
_LEAST, _MOST = -(2**63), 2**63 - 1
_FLOAT32 = 3.4e38
_SPACE = " \t\r\n"


def parse(body: bytes) -> Any:
    """The first JSON value in ``body``.

    Raises:
        ApiError: there is none.
    """
    text = body.decode("utf-8", "replace").lstrip(_SPACE)
    if not text:
        raise bad_body("EOF")
    try:
        return json.JSONDecoder(parse_constant=_no_constant).raw_decode(text)[0]
    except json.JSONDecodeError as error:
        raise bad_body(_reason(text, error)) from error
    except (ValueError, RecursionError) as error:
        raise bad_body(error) from error


def fields(value: Any, types: Mapping[str, str], of: str) -> dict[str, Any]:
    """The fields of the object ``value`` that ``types`` names, each of the Go type that it says.

    ``of`` is the structure's name, for the error's text.

    Raises:
        ApiError: ``value`` is no object, or a field has another type.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_body(f"json: cannot unmarshal {_kind(value)} into Go value of type {of}")
    names = {name.lower(): name for name in types}
    found = {}
    for key, item in value.items():
        name = names.get(key.lower())
        if name is not None and item is not None:
            found[name] = _typed(item, types[name], f"{of.removeprefix('toxiproxy.')}.{name}")
    return found


def array(value: Any, of: str) -> list[Any]:
    """The array that ``value`` is; null is an empty one.

    Raises:
        ApiError: it is something else.
    """
    if value is None or isinstance(value, list):
        return value or []
    raise bad_body(f"json: cannot unmarshal {_kind(value)} into Go value of type {of}")


def number(value: float) -> float:
    """A number as Go writes a float32: with as few digits as tell it from its neighbours, without ``.0``."""
    single = _single(value)
    short = next(short for digits in range(1, 10) if _single(short := float(f"{single:.{digits}g}")) == single)
    return int(short) if short.is_integer() else short


def _single(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


def _typed(value: Any, wanted: str, where: str) -> Any:
    kind = _kind(value)
    if wanted in ("any", kind):
        return value
    if kind == "number" and wanted == "float32" and abs(value) < _FLOAT32:
        return float(value)
    if wanted in INTEGERS and isinstance(value, int) and kind == "number" and _LEAST <= value <= _MOST:
        return value
    shown = f"number {value}" if kind == "number" and wanted in NUMBERS else kind
    raise bad_body(f"json: cannot unmarshal {shown} into Go struct field {where} of type {wanted}")


def _kind(value: Any) -> str:
    """What Go calls it."""
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
    return "object" if isinstance(value, dict) else "null"


def _reason(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text) or "Unterminated" in error.msg:
        return "unexpected EOF"
    return f"invalid character {text[error.pos]!r} looking for beginning of value"


def _no_constant(name: str) -> None:
    raise ValueError(f"invalid character {name[0]!r} looking for beginning of value")
