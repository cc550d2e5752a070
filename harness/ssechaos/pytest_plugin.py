"""The pytest plugin: scenarios as tests, played side by side, with live progress and a verdict table at the end.

A module that declares ``SCENARIOS`` gets each of its tests that asks for ``sse_run`` once per scenario. All
collected scenarios start together when collection is over; the fixture waits for its own. A test passes only if
the verdict is PASS, whatever else it asserts, and what it asserts beyond that becomes part of the verdict.

A module or a ``conftest.py`` with a fixture ``sse_target`` of its own has them played against the URL that this
gives. They start when the first of its tests does, as fixtures live no earlier.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest

from ssechaos.catalogue import unknown
from ssechaos.model import Run, Scenario, Verdict
from ssechaos.target.options import OPTIONS, Takes

if TYPE_CHECKING:
    from collections.abc import Generator

    from _pytest.terminal import TerminalReporter

    from ssechaos.pytest_session import Chaos

CHAOS = pytest.StashKey["Chaos"]()
SUMMARY = pytest.StashKey[dict[str, Any]]()
"""What ``summary.json`` holds, once the session is over; the command line reads it."""

_OPTIONS = (
    ("network", "embedded", "the network to play on: embedded, …"),
    ("target", "", "the URL of an event stream of your own, which more options are about"),
    ("client", "reference", "the client under test, by name"),
    ("client-command", "", "a program as the client under test: it gets the URL, and prints JSON lines"),
    ("seed", "1", "the seed of all dice"),
    ("reports", "reports", "the folder for reports"),
    ("toxiproxy-url", "", "the URL of a running Toxiproxy server, for the network toxiproxy"),
)


class _Kind(NamedTuple):
    """How pytest takes an option, from the command line and from an ini file."""

    action: str
    ini: Literal["string", "linelist", "bool"]
    default: object


_KINDS = {
    Takes.TEXT: _Kind("store", "string", ""),
    Takes.TEXTS: _Kind("append", "linelist", ()),
    Takes.NOTHING: _Kind("store_true", "bool", False),  # noqa: FBT003 - a default has no name
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option is also an ini key of the same name with underscores."""
    group = parser.getgroup("ssechaos", "chaos scenarios for Server-Sent Events")
    for name, default, text in _OPTIONS:
        group.addoption(f"--sse-{name}", default=None, help=f"{text} (default: {default})")
        parser.addini(f"sse_{name.replace('-', '_')}", default=default, help=text)
    for option in OPTIONS:
        kind = _KINDS[option.takes]
        text = f"with --sse-target: {option.help}"
        group.addoption(f"--sse-{option.name}", action=kind.action, default=None, help=text)
        parser.addini(f"sse_{option.name}", type=kind.ini, default=kind.default, help=text)
    group.addoption("--sse-scenario", action="append", default=[], help="play only this scenario; may be repeated")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "scenario(*names): run this test only for these of its module's SCENARIOS")
    config.addinivalue_line("markers", "own_words: asserts what only clients of ours say: tries, waits, words")
    config.addinivalue_line("markers", "own_server: asserts what only our own server's workload brings out")
    config.addinivalue_line("markers", "slow: takes more than 20 seconds")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``sse_run`` runs once for each scenario of its module."""
    if "sse_run" not in metafunc.fixturenames:
        return
    scenarios: tuple[Scenario, ...] = getattr(metafunc.module, "SCENARIOS", ())
    marker = metafunc.definition.get_closest_marker("scenario")
    names = [scenario.name for scenario in scenarios]
    wanted = marker.args if marker else names
    for name in wanted:
        if name not in names:
            raise pytest.UsageError(f"{metafunc.definition.nodeid}: {unknown('scenario', name, names)}")
    picked = [scenario for scenario in scenarios if scenario.name in wanted]
    metafunc.parametrize("sse_run", picked, ids=[scenario.name for scenario in picked], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep only the scenarios that ``--sse-scenario`` names."""
    wanted = config.getoption("--sse-scenario")
    if not wanted:
        return
    kept = [item for item in items if (scenario := _scenario(item)) is not None and scenario.name in wanted]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start everything that was collected. A worker of pytest-xdist starts a scenario when its turn comes."""
    scenarios = [found for item in session.items if (found := _scenario(item)) is not None]
    if scenarios and not session.config.option.collectonly:
        chaos = _chaos(session.config)
        if not hasattr(session.config, "workerinput"):
            chaos.expect(scenarios)
            if not any(map(_has_own_target, session.items)):
                chaos.start(chaos.named_target)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist starts a worker: all of them write into one folder of reports."""
    node.workerinput["ssechaos_run_id"] = _chaos(node.config).directory.name


@pytest.fixture(scope="session")
def sse_target(request: pytest.FixtureRequest) -> str:
    """The URL of the stream under test, for you to replace; empty: that of the reference server."""
    return _chaos(request.config).named_target


@pytest.fixture
def sse_run(request: pytest.FixtureRequest, sse_target: str) -> Run:
    """The judged run of this test's scenario."""
    return request.config.stash[CHAOS].wait(request.param, sse_target)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Whatever a test asserts, it passes only if the verdict is PASS."""
    run: Run | None = getattr(item, "funcargs", {}).get("sse_run")
    if _scenario(item) is not None and run is not None:
        judgement = run.judgement
        if judgement.verdict is Verdict.SKIPPED:
            pytest.skip(judgement.reason)
        if judgement.verdict is not Verdict.PASS:
            repeat = run.history.conditions.repeat
            pytest.fail(f"{judgement.verdict.value}: {judgement.reason}\nrepeat with: {repeat}", pytrace=False)
        excuse = _excuse(item, run)
        if excuse:
            pytest.skip(f"{excuse}; the verdict stands without it")
    return (yield)


def _excuse(item: pytest.Item, run: Run) -> str:
    """Why what this test asserts can't be asked of what was under test; empty when it can."""
    conditions = run.history.conditions
    if conditions.own_policy and item.get_closest_marker("own_words"):
        return "this client has a policy of its own and does not say this"
    if conditions.ground_truth != "ledger" and item.get_closest_marker("own_server"):
        return "this server sends what it sends, and need not bring this out"
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a scenario's module asserts, and does not find, is held against the run."""
    report = yield
    run: Run | None = getattr(item, "funcargs", {}).get("sse_run") if _scenario(item) is not None else None
    asserted = run is not None and run.judgement.verdict is Verdict.PASS and call.when == "call"
    if asserted and run is not None and report.failed and call.excinfo is not None:
        item.config.stash[CHAOS].accuse(run.name, f"{item.name}: {call.excinfo.exconly().splitlines()[0]}")
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Stop what still runs, judge, and write the reports."""
    chaos = session.config.stash.get(CHAOS, None)
    if chaos is None:
        return
    summary = chaos.finish(interrupted=exitstatus == pytest.ExitCode.INTERRUPTED)
    if summary is not None:
        session.config.stash[SUMMARY] = summary
    if chaos.problems:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print the verdict table and where the reports are."""
    if SUMMARY in config.stash:
        width = max(shutil.get_terminal_size().columns, 100)
        terminalreporter.section("ssechaos")
        colour = terminalreporter.hasmarkup
        terminalreporter.write_line(config.stash[CHAOS].text(config.stash[SUMMARY], width, colour=colour))


def _chaos(config: pytest.Config) -> Chaos:
    """The session's scenarios. Loaded only when there are some, as other projects' tests need none of it."""
    from ssechaos.pytest_session import Chaos  # noqa: PLC0415

    return config.stash.setdefault(CHAOS, Chaos(config))


def _scenario(item: pytest.Item) -> Scenario | None:
    callspec = getattr(item, "callspec", None)
    found = callspec.params.get("sse_run") if callspec is not None else None
    return found if isinstance(found, Scenario) else None


def _has_own_target(item: pytest.Item) -> bool:
    """Whether a fixture of the user's stands in for our ``sse_target``."""
    fixtures = item.session._fixturemanager  # noqa: SLF001 - pytest tells of fixtures nowhere else
    return _scenario(item) is not None and len(fixtures.getfixturedefs("sse_target", item) or ()) > 1
