"""The compose program of this machine: ``docker compose``, or the older ``docker-compose`` 1.29."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PROGRAMS = (("docker", "compose"), ("docker-compose",))
_DEADLINE = 900.0  # seconds: the first time, images are pulled and built
_LAST_WORDS = 400  # characters: the reason stands at the end


def compose_program() -> tuple[str, ...] | None:
    """How compose is called here; None when it is not installed. Blocks for as long as it takes to ask."""
    return next((words for words in _PROGRAMS if shutil.which(words[0]) and _answers(words)), None)


async def compose(file: Path, project: str, *arguments: str, environ: Mapping[str, str]) -> None:
    """Run a compose command on a project.

    It is in a process group of its own: Ctrl-C on the terminal is for us, who then take the project down.

    Raises:
        NetworkError: there is no compose, it failed, or it did not end in time; with what it said last.
    """
    program = compose_program()
    if program is None:
        raise NetworkError("compose is not installed; on Debian: apt-get install docker-compose")
    process = await asyncio.create_subprocess_exec(
        *program,
        *("--file", str(file), "--project-name", project, *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environ},
        start_new_session=True,
    )
    said = await _until_done(process, f"{' '.join(program)} {arguments[0]}")
    if process.returncode:
        words = said.decode(errors="replace").strip()[-_LAST_WORDS:]
        raise NetworkError(f"{' '.join(program)} {arguments[0]} failed:\n{words}")


async def _until_done(process: asyncio.subprocess.Process, what: str) -> bytes:
    """What it said. If we are cancelled it is ended first, so that nothing is being made any more."""
    try:
        async with asyncio.timeout(_DEADLINE):
            said, _ = await process.communicate()
            return said
    except TimeoutError as error:
        raise NetworkError(f"{what} did not end within {_DEADLINE:g} s") from error
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _answers(words: tuple[str, ...]) -> bool:
    done = subprocess.run([*words, "version"], capture_output=True, check=False)  # noqa: S603 - fixed words
    return done.returncode == 0
