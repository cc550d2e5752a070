"""``ssechaos run``: plays scenarios from any folder, by running their modules under pytest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.catalogue import catalogue, chosen, scenario_folder, unknown
from ssechaos.client import CLIENTS
from ssechaos.client.command import command_client
from ssechaos.errors import UsageError
from ssechaos.networks import NETWORKS
from ssechaos.networks.toxiproxy import network_at
from ssechaos.pytest_plugin import SUMMARY
from ssechaos.target.options import OPTIONS, Asked, Takes
from ssechaos.target.source import source

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ssechaos.target.options import Option

EXIT_CODES = {"PASS": 0, "FAIL": 1, "INVALID": 3, "SKIPPED": 3}
EXIT_USAGE = 2
EXIT_NOTHING = 3
EXIT_INTERRUPTED = 130


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="play scenarios and give a verdict")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="names, or the beginning of several; all")
    parser.add_argument("--network", default="embedded", help="where the faults happen (default: %(default)s)")
    target = parser.add_argument_group("a server of your own")
    target.add_argument("--target", metavar="URL", help="the URL of its event stream")
    for option in OPTIONS:
        target.add_argument(f"--{option.name}", **_takes(option))
    parser.add_argument("--client", default="reference", help="the client under test (default: %(default)s)")
    parser.add_argument(
        "--client-command", metavar="CMD", help="a program as the client under test, in any language"
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed of all dice (default: %(default)s)")
    parser.add_argument(
        "--toxiproxy-url", metavar="URL", help="a running Toxiproxy server, for --network toxiproxy"
    )
    parser.add_argument("--reports", default="reports", help="the folder for reports (default: %(default)s)")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Play the scenarios and return the exit code."""
    _known("network", arguments.network, NETWORKS)
    _known("client", arguments.client, CLIENTS)
    source(arguments.target or "", _asked(arguments), arguments.network)
    if arguments.client_command is not None:
        command_client(arguments.client_command)
    network_at(arguments.network, arguments.toxiproxy_url or "")
    picked = chosen(arguments.scenarios, catalogue())
    outcome = _Outcome()
    status = pytest.main(_pytest_arguments(arguments, picked), plugins=[outcome])
    if status == pytest.ExitCode.INTERRUPTED:
        return EXIT_INTERRUPTED
    if outcome.summary is None:
        return EXIT_USAGE if status == pytest.ExitCode.USAGE_ERROR else EXIT_NOTHING
    code = EXIT_CODES[outcome.summary["verdict"]]
    return code or (EXIT_NOTHING if status != pytest.ExitCode.OK else 0)


class _Outcome:
    """A pytest plugin that keeps the summary when pytest is done."""

    summary: dict[str, Any] | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        self.summary = config.stash.get(SUMMARY, None)


def _pytest_arguments(arguments: argparse.Namespace, picked: list[str]) -> list[str]:
    """Options for a pytest that takes nothing from the folder it is started in: no ini file, no cache."""
    folder = scenario_folder()
    return [
        str(folder),
        f"--config-file={os.devnull}",
        f"--rootdir={folder.parent}",
        "--import-mode=importlib",
        *("-p", "no:cacheprovider", "-p", "no:asyncio"),
        *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # this command has imported the package already
        *("-q", "-rN", "--tb=short"),
        f"--sse-network={arguments.network}",
        f"--sse-client={arguments.client}",
        f"--sse-seed={arguments.seed}",
        *([f"--sse-client-command={arguments.client_command}"] if arguments.client_command else []),
        *([f"--sse-target={arguments.target}"] if arguments.target else []),
        *_words(_asked(arguments)),
        *([f"--sse-toxiproxy-url={arguments.toxiproxy_url}"] if arguments.toxiproxy_url else []),
        f"--sse-reports={arguments.reports}",
        *(f"--sse-scenario={name}" for name in picked),
    ]


def _takes(option: Option) -> dict[str, Any]:
    match option.takes:
        case Takes.TEXT:
            return {"metavar": option.metavar, "help": option.help}
        case Takes.TEXTS:
            return {"metavar": option.metavar, "help": option.help, "action": "append"}
        case Takes.NOTHING:
            return {"help": option.help, "action": "store_true"}


def _asked(arguments: argparse.Namespace) -> Asked:
    return Asked.read(lambda option: getattr(arguments, option.name))


def _words(asked: Asked) -> Iterator[str]:
    """The same, as options of the pytest plugin."""
    for option in OPTIONS:
        said = getattr(asked, option.name)
        match option.takes:
            case Takes.TEXT if said:
                yield f"--sse-{option.name}={said}"
            case Takes.TEXTS:
                yield from (f"--sse-{option.name}={text}" for text in said)
            case Takes.NOTHING if said:
                yield f"--sse-{option.name}"


def _known(what: str, name: str, names: Any) -> None:
    if name not in names:
        raise UsageError(unknown(what, name, names))
