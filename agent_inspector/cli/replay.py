"""`agent-inspector replay`: a program runs again, offline, on the recorded answers of models and tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say_json, visible
from agent_inspector.config import get_config
from agent_inspector.errors import InspectorError
from agent_inspector.launching import find_instrument, instrumented, program_name
from agent_inspector.model import Run
from agent_inspector.pipeline import make_redactor
from agent_inspector.query import get_run
from agent_inspector.replay import ReplayServer, Tape, read_tape
from agent_inspector.trace.mode import REPLAY_VARIABLE
from agent_inspector.trace.process import RUN_VARIABLE

_DIFFERED: Final = 3
_NO_KEY: Final = "replayed"
"""A key that opens nothing: no real one leaves the machine by mistake."""


def replay(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="Id of the run, or its first digits.")],
    command: Annotated[
        list[str],
        typer.Argument(
            metavar="COMMAND", help="The program and its arguments, after --.", show_default=False
        ),
    ],
    go_on: Annotated[
        bool,
        typer.Option("--go-on", help="Answer a call that differs with the next recorded answer, too."),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print JSON, for programs; what COMMAND prints goes to the error stream."
        ),
    ] = False,
) -> None:
    """Run a program again on the recorded answers of models and tools, offline, and say where it differs.

    Example: agent-inspector replay 8c41 -- python app.py

    Model clients find the recording by OPENAI_BASE_URL and ANTHROPIC_BASE_URL, tools by the facade.

    Exit code: 3 the program asked for something else than in the run; else the program's own.
    """
    program = [*command, *context.args]
    if shutil.which(program[0]) is None:
        raise InspectorError(f"There is no command {program[0]}.")
    with opened_store() as store:
        run = get_run(store, run_id)
        tape = read_tape(store, run.id, go_on=go_on)
    with ReplayServer(tape, make_redactor(get_config())) as server:
        environment = _environment(os.environ, server.base_url, run, program)
        words_to = sys.stderr.fileno() if as_json else None
        done = subprocess.run([find_instrument(), *program], env=environment, stdout=words_to, check=False)
    if as_json:
        say_json(_facts(run, tape, done.returncode))
    for line in () if as_json else _report(tape):
        typer.echo(f"agent-inspector: {visible(line)}", err=True)
    raise typer.Exit(_DIFFERED if tape.first_difference or tape.left else done.returncode)


def _environment(inherited: Mapping[str, str], base_url: str, run: Run, program: list[str]) -> dict[str, str]:
    environment = instrumented(inherited)
    environment |= {REPLAY_VARIABLE: base_url, "OPENAI_API_KEY": _NO_KEY, "ANTHROPIC_API_KEY": _NO_KEY}
    environment |= dict.fromkeys(("OPENAI_BASE_URL", "OPENAI_API_BASE"), f"{base_url}/v1")
    environment |= dict.fromkeys(("ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"), base_url)
    environment["NO_PROXY"] = ",".join(filter(None, (environment.get("NO_PROXY"), "127.0.0.1")))
    if run.name == program_name(program):  # the recorded program did not begin a run of its own
        environment[RUN_VARIABLE] = run.name
    return environment


def _facts(run: Run, tape: Tape, code: int) -> dict[str, Any]:
    (models, tools), (all_models, all_tools) = tape.served, tape.total
    return {
        "run_id": run.id,
        "model_calls": {"replayed": models, "recorded": all_models},
        "tool_calls": {"replayed": tools, "recorded": all_tools, "ran_by_themselves": not tape.serves_tools},
        "made_by_program": tape.heard,
        "first_difference": tape.first_difference,
        "never_asked_for": [{"id": call.step.id, "number": call.step.number} for call in tape.left],
        "exit_code": code,
    }


def _report(tape: Tape) -> list[str]:
    (models, tools), (all_models, all_tools) = tape.served, tape.total
    done = f"Replayed {models} of {all_models} model calls and {tools} of {all_tools} tool calls"
    if all_tools and not tape.serves_tools:
        done = f"Replayed {models} of {all_models} model calls; its tools ran by themselves"
    if tape.heard:
        done += f", {tape.heard} of which the program made by itself"
    left = tape.left
    if tape.first_difference:
        return [f"{done}; the first that differed: {tape.first_difference}"]
    if left:
        step = left[0].step
        return [f"{done}; the program never asked for step {step.number}: {step.sentence.replace('**', '')}."]
    return [f"{done}; nothing differed."]
