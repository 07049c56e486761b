"""The built distribution works outside of the tree: sdist and wheel are complete, and the first script records."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
RUNS = 20


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, REPOSITORY, cwd=folder)
    return folder


@pytest.mark.timeout(600)
def test_sdist_and_wheel_hold_every_module_and_the_web_ui(built: Path) -> None:
    sources = {
        str(path.relative_to(REPOSITORY))
        for package in ("agent_inspector", "otel_bridge")
        for path in (REPOSITORY / package).rglob("*.py")
    }
    (wheel,) = built.glob("*.whl")
    (sdist,) = built.glob("*.tar.gz")
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}

    assert sorted(sources - in_wheel) == []
    assert sorted(sources - in_sdist) == []
    for names in (in_wheel, in_sdist):
        assert "agent_inspector/server/static/index.html" in names
        assert "agent_inspector/py.typed" in names


@pytest.mark.timeout(900)
def test_the_wheel_records_the_readmes_first_script_twenty_times(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    blocks = re.findall(
        r"```python\n(.*?)```", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "first.py").write_text(blocks[0], encoding="utf-8")
    home = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}
    for _ in range(RUNS):
        run(python, "first.py", cwd=tmp_path, **home)
    listed = run(python, "-m", "agent_inspector", "runs", "--limit", "100", "--json", cwd=tmp_path, **home)

    assert listed.count('"my_first_trace"') >= RUNS
    stats = run(python, "-m", "agent_inspector", "stats", "--json", cwd=tmp_path, **home)
    assert re.search(r'"completed_runs":\s*20\b', stats)
    assert re.search(r'"total_steps":\s*60\b', stats)
