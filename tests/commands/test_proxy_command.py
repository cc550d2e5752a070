"""``ssechaos proxy`` as users meet it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from ssechaos.cli import main

COMMAND = (sys.executable, "-m", "ssechaos.cli", "proxy", "--port", "0")


@contextmanager
def serving(*words):
    """The command, up; yields the process and its URL."""
    command = [*COMMAND, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            line = process.stdout.readline()
            yield process, line.split()[3].rstrip(","), line
        finally:
            process.kill()


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - on this machine
        return json.loads(answer.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_in_good_order(number):
    with serving("--seed", "42") as (process, url, line):
        assert "seed 42" in line
        assert url.startswith("http://127.0.0.1:")
        assert get(f"{url}/proxies") == {}
        process.send_signal(number)
        assert process.wait(5) == 0
        assert process.stderr.read() == ""


def test_it_begins_with_the_proxies_and_toxics_of_a_file(tmp_path):
    config = tmp_path / "proxies.json"
    toxic = {"type": "packet_loss", "attributes": {"share": 0.2}}
    config.write_text(json.dumps([{"name": "sse", "listen": "127.0.0.1:0", "upstream": "b:1", "toxics": [toxic]}]))
    with serving("--config", str(config)) as (_, url, _line):
        found = get(f"{url}/proxies/sse")
        assert found["enabled"] is True
        assert found["toxics"][0]["attributes"]["share"] == 0.2


def test_a_file_that_makes_no_sense_is_a_usage_error(tmp_path, capsys):
    config = tmp_path / "proxies.json"
    config.write_text('[{"name": "sse", "upstream": "b:1", "toxics": [{"type": "fog"}]}]')
    assert main(["proxy", "--port", "0", "--config", str(config)]) == 2
    assert "invalid toxic type" in capsys.readouterr().err
