"""A replay history that outlives the server's process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.server import NoLedger
from ssechaos.server.durable import Journal

if TYPE_CHECKING:
    from pathlib import Path


class Emitted(NoLedger):
    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []

    def emitted(self, sequence: int, event: str, data: str) -> None:  # noqa: ARG002 - the ledger's face
        self.told.append((sequence, data))


def test_the_next_process_knows_what_was_given_out(tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal", NoLedger())(limit=10, first=1)
    for text in ("eins", "zwei\nzeilen", "drei"):
        first.append("content_chunk", text)
    ledger = Emitted()
    second = Journal(tmp_path / "journal", ledger)(limit=10, first=1)
    assert second.next == 4
    assert second.after("3").gap is None
    assert second.read(2) == first.read(2)
    assert ledger.told == [(1, "eins"), (2, "zwei\nzeilen"), (3, "drei")]


def test_an_event_that_a_kill_cut_off_was_never_given_out(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = Journal(path, NoLedger())(limit=10, first=1)
    first.append("content_chunk", "eins")
    with path.open("ab") as file:
        file.write(b'["content_chunk", "zw')
    second = Journal(path, NoLedger())(limit=10, first=1)
    assert second.next == 2
    second.append("content_chunk", "zwei")
    assert Journal(path, NoLedger())(limit=10, first=1).next == 3


def test_what_was_evicted_stays_so(tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal", NoLedger())(limit=2, first=1)
    for text in ("1", "2", "3"):
        first.append("content_chunk", text)
    second = Journal(tmp_path / "journal", NoLedger())(limit=2, first=1)
    assert second.oldest == first.oldest == 2
