"""`agent-inspector diff`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from otel_bridge.record import SpanRecord
from tests.agent_inspector.cli.conftest import CommandRunner
from tests.agent_inspector.query.comparing.agents import draw_plan, records_of

Record = Callable[[Sequence[SpanRecord]], None]


def test_two_runs_are_told_apart_on_one_page(command: CommandRunner, record: Record) -> None:
    record(records_of(plan := draw_plan(11), 1))
    changed = plan.copy()
    changed.calls[-1].attributes["gen_ai.request.temperature"] = 0.9
    changed.calls[-1].attributes["gen_ai.output.messages"][0]["parts"][0]["content"] = "\x1b[2JNobody knows."
    record(records_of(changed, 2))
    told = command("diff", f"{1:032x}", f"{2:032x}")

    assert (told.returncode, told.stderr) == (0, "")
    assert "settings: `temperature` is 0.2 in A and 0.9 in B." in told.stdout
    assert "── the runs part here ──" in told.stdout
    assert "steps are the same" in told.stdout
    assert "\x1b" not in told.stdout


def test_json_is_the_comparison(command: CommandRunner, record: Record) -> None:
    record(records_of(draw_plan(11), 1))
    record(records_of(draw_plan(11), 2))
    comparison = json.loads(command("diff", f"{1:032x}", "--json").stdout)

    assert comparison["divergence"] is None
    assert comparison["b"]["id"] == f"{2:032x}"


def test_a_run_without_a_partner_is_one_sentence(command: CommandRunner, record: Record) -> None:
    record(records_of(draw_plan(11), 1))
    told = command("diff", f"{1:032x}")

    assert told.returncode == 1
    assert told.stderr == (
        "agent-inspector: No other run named 'desk' has completed; name the run to compare with.\n"
    )
