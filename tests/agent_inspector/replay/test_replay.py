"""`agent-inspector replay`: real programs, recorded once against a model server and run again without one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.agent_inspector.replay.conftest import ROOT, Inspector

Record = Callable[[Path], str]

FACADE = """
import asyncio
import random
from agent_inspector import trace

class NoSuchCity(Exception):
    pass

@trace.tool
def lookup(city):
    if city == "Atlantis":
        raise NoSuchCity(city)
    return {"city": city, "degrees": random.randint(-90, 90)}

@trace.tool("note")
def note(words) -> str:
    return '{"kept": %d}' % random.randint(0, 10**9)

@trace.tool
async def wait(seconds):
    return random.random()

def main():
    with trace.run("desk"):
        print(lookup("Porto"), lookup("Porto"), lookup(city="Faro"))
        print(note("hello"), asyncio.run(wait(1)))
        try:
            lookup("Atlantis")
        except NoSuchCity as problem:
            print("no", problem)
        with trace.tool_call("charge", {"euros": 5}) as call:
            if not call.is_replayed:
                call.result = {"receipt": random.randint(0, 10**9)}
            print(call.result)

main()
"""

MODELS = """
import json
from endpoint import open_endpoint
from openai import OpenAI

PROMPT = "Answer briefly. Use your tools for numbers and words; never calculate yourself."
endpoint = open_endpoint()
client = OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key)
messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": "Who are you?"}]
for _ in range(2):
    answer = client.chat.completions.create(model=endpoint.model, messages=messages, temperature=0.2)
    messages += [{"role": "assistant", "content": answer.choices[0].message.content}, {"role": "user", "content": "Again?"}]
    print(answer.choices[0].message.content)
"""


CHANGES = (
    (
        "briefly",
        "at length",
        "Model call 1 differs from step 2 of the run in message 1, the words of role system",
    ),
    (
        "Again?",
        "Once more?",
        "Model call 2 differs from step 3 of the run in message 4, the words of role user",
    ),
    ("temperature=0.2", "temperature=0.9", "`temperature` is 0.2 in the run and 0.9 in the program"),
    ("range(2)", "range(3)", "Model call 3 is one more than the run made"),
    (
        "range(2)",
        "range(1)",
        "Replayed 1 of 2 model calls and 0 of 0 tool calls; the program never asked for step 3",
    ),
)


def written(tmp_path: Path, text: str, name: str = "app.py") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_streaming_example_runs_again_without_its_model_server(record: Record, replay: Inspector) -> None:
    program = ROOT / "examples" / "openai_agent.py"
    again = replay(record(program), program)

    assert again.returncode == 0, again.stderr
    assert (
        "agent-inspector: Replayed 5 of 5 model calls and 0 of 0 tool calls; nothing differed."
        in again.stderr
    )
    assert "it reaches Porto at 12:25 for 31.90 euros" in again.stdout
    assert "a scripted model answers" not in again.stdout


def test_tools_of_the_facade_give_back_what_they_gave(
    tmp_path: Path, replay: Inspector, inspector: Inspector
) -> None:
    program = written(tmp_path, FACADE)
    first = inspector("run", "--", sys.executable, str(program)).stdout
    run_id = inspector("runs").stdout.splitlines()[1].split()[0]
    again = replay(run_id, program)

    assert again.returncode == 0, again.stderr
    assert "Replayed 0 of 0 model calls and 7 of 7 tool calls; nothing differed." in again.stderr
    assert again.stdout == first


def test_a_tool_call_that_differs_is_named_and_not_run(
    tmp_path: Path, record: Record, replay: Inspector
) -> None:
    run_id = record(written(tmp_path, FACADE))
    again = replay(run_id, written(tmp_path, FACADE.replace('lookup(city="Faro")', 'lookup(city="Braga")')))

    assert again.returncode == 3
    assert 'the first that differed: The program called `lookup` with {"city": "Braga"}' in again.stderr
    assert '`lookup` with {"city": "Faro"}' in again.stderr


def test_the_first_model_call_that_differs_is_named(
    tmp_path: Path, record: Record, replay: Inspector
) -> None:
    run_id = record(written(tmp_path, MODELS))

    for was, now, told in CHANGES:
        again = replay(run_id, written(tmp_path, MODELS.replace(was, now)))
        assert again.returncode == 3
        assert told in again.stderr


def test_a_replay_can_go_on_after_a_difference(tmp_path: Path, record: Record, replay: Inspector) -> None:
    run_id = record(written(tmp_path, MODELS))
    again = replay(run_id, written(tmp_path, MODELS.replace("briefly", "at length")), "--go-on")

    assert again.returncode == 3
    assert len(again.stdout.splitlines()) == 2
    assert "Replayed 2 of 2 model calls" in again.stderr


def test_programs_are_told_in_json(tmp_path: Path, record: Record, replay: Inspector) -> None:
    run_id = record(written(tmp_path, FACADE))
    same = replay(run_id, written(tmp_path, FACADE), "--json")
    other = replay(run_id, written(tmp_path, FACADE.replace('lookup("Porto"), lookup', 'lookup("Braga"), lookup')), "--json")  # fmt: skip
    told, parted = json.loads(same.stdout), json.loads(other.stdout)

    assert (told["first_difference"], told["never_asked_for"], told["exit_code"]) == (None, [], 0)
    assert told["tool_calls"] == {"replayed": 7, "recorded": 7, "ran_by_themselves": False}
    assert "Porto" in same.stderr
    assert parted["first_difference"].startswith('The program called `lookup` with {"city": "Braga"}')
    assert other.returncode == 3


def test_the_programs_own_exit_code_is_kept(tmp_path: Path, record: Record, replay: Inspector) -> None:
    run_id = record(written(tmp_path, MODELS))
    again = replay(run_id, written(tmp_path, MODELS + "\nraise SystemExit(7)\n"))

    assert again.returncode == 7


def test_a_run_without_answers_cannot_be_replayed(tmp_path: Path, record: Record, replay: Inspector) -> None:
    program = written(tmp_path, "from agent_inspector import trace\nwith trace.run('empty'):\n    pass\n")
    again = replay(record(program), program)

    assert again.returncode == 1
    assert "holds no answers of models or tools" in again.stderr


def test_calls_that_the_program_makes_by_itself_are_compared_too(
    tmp_path: Path, record: Record, replay: Inspector
) -> None:
    program = ROOT / "examples" / "basic_tracing.py"
    run_id = record(program)
    again = replay(run_id, program)
    text = program.read_text(encoding="utf-8").replace("SFO", "OAK")
    other = replay(run_id, written(tmp_path, text))

    assert again.returncode == 0, again.stderr
    assert (
        "Replayed 2 of 2 model calls and 1 of 1 tool calls, 3 of which the program made by itself"
        in again.stderr
    )
    assert other.returncode == 3
    assert "in message 1, the words of role user" in other.stderr


def test_a_program_that_records_what_it_asks_is_heard_once(record: Record, replay: Inspector) -> None:
    program = ROOT / "examples" / "real_agent.py"
    again = replay(record(program), program)

    assert again.returncode == 0, again.stderr
    assert "Replayed 2 of 2 model calls and 1 of 1 tool calls" in again.stderr
