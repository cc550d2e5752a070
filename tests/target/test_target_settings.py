"""What a user says of a target, checked before anything runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.model import Numbering, Until
from ssechaos.target.options import Asked
from ssechaos.target.settings import TargetSettings, read_settings, refuse_without_target

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://localhost:81/events?x=1"
SECRETS = {"KEY": "s3cret"}


def settings(url: str = URL, **asked: Any) -> TargetSettings:
    return read_settings(url, Asked(**asked), SECRETS)


def test_a_target_of_which_nothing_is_said_counts_by_id_and_ends_with_complete() -> None:
    found = settings()
    assert (found.terms.numbering, found.terms.until) == (Numbering(), Until(event="complete"))
    assert (found.method, found.body, found.headers, found.witness, found.options) == ("GET", None, (), False, ())


@pytest.mark.parametrize("url", ["https://a.example/", "http://[::1]:5/x", "http://a.example"])
def test_http_and_https_urls_are_targets(url: str) -> None:
    assert str(settings(url).url).startswith(url)


@pytest.mark.parametrize(
    "url", ["", "localhost:80", "ftp://x/", "http://", "/stream", "http://a:b/", "http://a:99999/"]
)
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--target takes the http:// or https:// URL"):
        settings(url)


def test_a_url_that_is_wrong_is_refused_without_showing_its_secrets() -> None:
    with pytest.raises(UsageError) as raised:
        settings("ftp://me:s3cret@host/path?token=s3cret")
    assert "ftp://…@host/path" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_reports_never_show_the_credentials_or_the_query_of_a_target() -> None:
    assert settings("http://me:s3cret@localhost:81/events?token=s3cret").name == "http://…@localhost:81/events?…"
    assert settings("http://localhost:81/events").name == "http://localhost:81/events"


def test_credentials_in_the_url_are_sent_as_a_header() -> None:
    found = settings("http://me:s3cret@localhost/")
    assert [(header.name, header.value) for header in found.headers] == [("Authorization", "Basic bWU6czNjcmV0")]
    assert str(found.url) == "http://localhost/"
    assert "s3cret" not in repr(found)


def test_a_header_of_ones_own_wins_over_the_credentials_in_the_url() -> None:
    found = settings("http://me:x@localhost/", header=("authorization: Bearer $KEY",))
    assert [header.value for header in found.headers] == ["Bearer s3cret"]


def test_a_body_makes_it_a_post_of_json() -> None:
    found = settings(body='{"stream": true}')
    assert (found.method, found.body) == ("POST", b'{"stream": true}')
    assert [(header.name, header.value) for header in found.headers] == [("Content-Type", "application/json")]


def test_a_content_type_of_ones_own_is_kept() -> None:
    found = settings(body="a=b", header=("Content-Type: application/x-www-form-urlencoded",), method="PUT")
    assert (found.method, [header.value for header in found.headers]) == (
        "PUT",
        ["application/x-www-form-urlencoded"],
    )


def test_a_body_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_bytes(b"\x00\xff")
    assert settings(body=f"@{file}").body == b"\x00\xff"
    with pytest.raises(UsageError, match=r"--body: the file .*gone can't be read"):
        settings(body=f"@{tmp_path}/gone")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"method": "post"}, "--method takes the name of an HTTP method in capitals"),
        ({"method": "GET", "body": "x"}, "a GET has no body"),
        ({"until": "event:x", "events": "5"}, "a stream has one end"),
        ({"events": "0"}, "--events takes a whole number above 0, not '0'"),
        ({"events": "many"}, "--events takes a whole number above 0"),
        ({"until": "complete"}, "--until takes event:NAME"),
        ({"sequence": "seq"}, "--sequence takes id, or data:/json/pointer"),
    ],
)
def test_what_makes_no_sense_is_named(asked: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        settings(**asked)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ({"until": "data:[DONE]"}, Until(data="[DONE]")),
        ({"until": "event:message_stop"}, Until(event="message_stop")),
        ({"events": "20"}, Until(events=20)),
    ],
)
def test_a_stream_may_end_in_other_ways(asked: dict[str, str], until: Until) -> None:
    assert settings(**asked).terms.until == until


def test_all_options_are_repeated_without_secrets() -> None:
    found = settings(
        sequence="data:/n",
        witness=True,
        events="5",
        header=("Authorization: Bearer $KEY", "X: s3cret"),
        method="POST",
        body="{}",
    )
    assert found.options == (
        *("--sequence", "data:/n", "--witness", "--events", "5"),
        *("--header", "Authorization: Bearer $KEY", "--header", "X: …", "--method", "POST", "--body", "{}"),
    )


@pytest.mark.parametrize(
    "asked",
    [
        *({"sequence": "id"}, {"witness": True}, {"until": "x"}, {"events": "1"}, {"header": ("a: b",)}),
        *({"method": "POST"}, {"body": "x"}),
    ],
    ids=str,
)
def test_each_option_is_about_a_target_and_refused_without_one(asked: dict[str, Any]) -> None:
    name = re.escape(f"--{next(iter(asked))} is about a server of your own")
    with pytest.raises(UsageError, match=name):
        refuse_without_target(Asked(**asked))
    refuse_without_target(Asked())
