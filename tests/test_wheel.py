"""What users install: a wheel that carries the scenarios, and runs without a checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_carries_the_scenarios_and_runs_from_any_folder(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)  # noqa: S603 - our own build
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    assert {path.name for path in (ROOT / "scenarios").glob("test_*.py")} == {
        path.name for path in (installed / "ssechaos" / "scenarios").glob("test_*.py")
    }
    program = "import sys, ssechaos.cli; print(ssechaos.__file__); sys.exit(ssechaos.cli.main())"
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program, "run", "duration_cap", "--network", "simulated"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith(str(installed))
    assert (tmp_path / "reports" / "latest" / "summary.json").exists()
    assert (tmp_path / "reports" / "latest" / "index.html").exists()
    for page in ("server/static/index.html", "server/static/stream-client.js", "client/browser/observer.js"):
        assert (installed / "ssechaos" / page).exists()
