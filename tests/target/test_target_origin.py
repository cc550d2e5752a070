"""Redirects within the target's origin are for the client to follow, through the faults; no other is."""

from __future__ import annotations

import pytest
from yarl import URL

from ssechaos.errors import TargetError
from ssechaos.target.origin import redirect

HERE = URL("http://a.example:81/in/stream?x=1")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/new?y=2", "/new?y=2"),
        ("new", "/in/new"),
        ("http://a.example:81/new#part", "/new"),
        ("HTTP://A.EXAMPLE:81/", "/"),
        ("?z=%2F", "/in/stream?z=%2F"),
        ("http://a.example:81//b.example/", "/.//b.example/"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_within_the_origin_it_becomes_relative(status: int, location: str, path: str) -> None:
    assert redirect(status, {"Location": location}, HERE) == path
    assert HERE.join(URL(path)).origin() == HERE.origin()


@pytest.mark.parametrize(
    "location",
    ["http://b.example:81/x", "https://a.example:81/x", "http://a.example/x", "//b.example/x"],
)
def test_to_another_origin_it_is_refused(location: str) -> None:
    with pytest.raises(TargetError, match=r"is another origin.*give that URL as --target"):
        redirect(302, {"Location": location}, HERE)


def test_the_location_is_named_without_what_may_be_a_secret() -> None:
    with pytest.raises(TargetError, match=r"redirects \(307\) to http://b.example/login\?…, which") as raised:
        redirect(307, {"Location": "http://me:s3cret@b.example/login?token=s3cret"}, HERE)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("location", ["http://[", "http://a:b/", "mailto:me"])
def test_what_is_no_url_leads_nowhere(location: str) -> None:
    with pytest.raises(TargetError, match="redirects"):
        redirect(302, {"Location": location}, HERE)


@pytest.mark.parametrize(
    ("status", "headers"), [(302, {}), (200, {"Location": "http://b/"}), (304, {"Location": "http://b/"})]
)
def test_other_answers_are_no_redirects(status: int, headers: dict[str, str]) -> None:
    assert redirect(status, headers, HERE) is None
