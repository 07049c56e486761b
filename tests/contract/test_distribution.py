"""The built distribution works outside of the tree: sdist and wheel are complete, and the first script records."""

from __future__ import annotations

import json
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
AGENT = """
from agent_inspector import trace

@trace.tool
def lookup(city):
    return {"city": city, "degrees": 12}

def main():
    with trace.run("desk"):
        trace.final(f"It has {lookup('Porto')['degrees']} degrees.")

if __name__ == "__main__":
    main()
"""


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


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment in which the wheel is installed."""
    (wheel,) = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    installed = folder / "venv" / "bin" / "python"
    run(installed, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return installed


@pytest.mark.timeout(900)
def test_the_wheel_records_the_readmes_first_script_twenty_times(python: Path, tmp_path: Path) -> None:
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


@pytest.mark.timeout(900)
def test_the_wheels_pytest_plugin_tests_an_agent_in_a_project_of_its_own(
    python: Path, tmp_path: Path
) -> None:
    run(python, "-m", "pip", "install", "--quiet", "pytest", cwd=tmp_path)
    (tmp_path / "desk.py").write_text(AGENT, encoding="utf-8")
    home = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}
    run(python, "desk.py", cwd=tmp_path, **home)
    listed = run(python, "-m", "agent_inspector", "runs", "--json", cwd=tmp_path, **home)
    run_id = json.loads(listed)["runs"][0]["id"]
    inspector = (python, "-m", "agent_inspector")
    run(*inspector, "test-from", run_id, "-o", "test_desk.py", "--call", "desk:main", cwd=tmp_path, **home)

    told = run(python, "-m", "pytest", "-q", cwd=tmp_path, **home)
    again = json.loads(
        run(*inspector, "replay", run_id, "--json", "--", python, "desk.py", cwd=tmp_path, **home)
    )

    assert "1 passed" in told
    assert "1 run recorded" in told
    assert (again["first_difference"], again["tool_calls"]["replayed"]) == (None, 1)
