from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent_inspector.launching import instrumented

if TYPE_CHECKING:
    from tests.agent_inspector.cli.conftest import CommandRunner

SHOW_ENVIRONMENT = "import json, os, sys; print(json.dumps([sys.argv[1:], {k: v for k, v in os.environ.items() if 'OTEL' in k}]))"


def test_the_program_gets_its_arguments_and_our_environment(command: CommandRunner) -> None:
    done = command("run", "--", sys.executable, "-c", SHOW_ENVIRONMENT, "--json", "-x", "--", "--help")

    arguments, variables = json.loads(done.stdout)
    assert arguments == ["--json", "-x", "--", "--help"]
    assert variables["OTEL_PYTHON_DISTRO"] == "agent_inspector"
    assert variables["OTEL_PYTHON_CONFIGURATOR"] == "agent_inspector"
    assert variables["OTEL_TRACES_EXPORTER"] == "agent_inspector"


def test_the_exit_code_is_the_programs_and_two_dashes_are_not_needed(command: CommandRunner) -> None:
    assert command("run", sys.executable, "-c", "raise SystemExit(255)", "--version").returncode == 255


def test_a_users_exporters_are_kept() -> None:
    chosen = instrumented({"OTEL_TRACES_EXPORTER": "agent_inspector,otlp", "PATH": os.defpath})

    assert chosen["OTEL_TRACES_EXPORTER"] == "agent_inspector,otlp"
    assert chosen["PATH"] == os.defpath


def test_a_command_that_does_not_exist_is_one_sentence(command: CommandRunner) -> None:
    refused = command("run", "no-such-command-here", "--flag")

    assert (refused.returncode, refused.stdout) == (127, "")
    assert refused.stderr == (
        "agent-inspector: There is no command no-such-command-here; check its name, or give its whole path.\n"
    )


def test_a_python_file_alone_is_answered_with_the_right_way(command: CommandRunner, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("print('hello')")

    refused = command("run", "app.py")

    assert refused.returncode == 127
    assert "agent-inspector run -- python app.py" in refused.stderr
