"""Adapters where their framework is not installed: no error, no import, one clear sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"langchain", "langchain_core", "autogen_core", "autogen_agentchat", "crewai"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocker())
"""


def run_python(tmp_path: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"TRACE_DB_PATH": str(tmp_path / "store.db"), "PYTHONPATH": ":".join(sys.path)},
    )


def test_importing_the_adapters_imports_no_framework(tmp_path: Path) -> None:
    done = run_python(
        tmp_path,
        "from agent_inspector.adapters import LangChainTracer, enable, enable_autogen, enable_crewai\n"
        "import agent_inspector, sys\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(loaded & {'langchain', 'langchain_core', 'autogen_core', 'crewai'})\n",
    )

    assert (done.stdout, done.returncode) == ("set()\n", 0), done.stderr


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("langchain", 'LangChain is not installed, so nothing of it can be recorded: pip install "agent'),
        (
            "autogen",
            "AutoGen is not installed, so nothing of it can be recorded: pip install autogen-agentchat",
        ),
        ("crewai", "CrewAI is not installed, so nothing of it can be recorded: pip install crewai"),
    ],
)
def test_the_agent_goes_on_without_the_framework(tmp_path: Path, name: str, sentence: str) -> None:
    done = run_python(
        tmp_path,
        f"{BLOCK}\nfrom agent_inspector import trace\n"
        f"from agent_inspector.adapters import enable_{name}\n"
        "for _ in range(2):\n"
        f"    with enable_{name}(run_name='r'):\n"
        "        trace.final('done')\n"
        "print('went on')\n",
    )

    assert (done.stdout, done.returncode) == ("went on\n", 0), done.stderr
    assert done.stderr.count(sentence) == 1, done.stderr


def test_a_handler_without_langchain_is_none(tmp_path: Path) -> None:
    done = run_python(
        tmp_path,
        f"{BLOCK}\nfrom agent_inspector.adapters import *\n"
        "print(get_callback_handler(), LangChainInspectorCallback, enable is enable_langchain)\n",
    )

    assert (done.stdout, done.returncode) == ("None None True\n", 0), done.stderr
    assert "LangChain is not installed" in done.stderr
