"""Comparisons: where two runs part is found exactly, whatever was changed, in runs drawn from many seeds."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from agent_inspector.errors import NotFound
from agent_inspector.model import Comparison
from agent_inspector.query import compare, list_steps
from agent_inspector.query.comparing.telling import quotes
from agent_inspector.store import SpanStore
from otel_bridge.record import SpanRecord
from tests.agent_inspector.query.comparing.agents import Plan, draw_plan, records_of, step_id

SEEDS = range(40)
A, B = 1, 2


def compared(store: SpanStore, one: Plan, other: Plan) -> Comparison:
    store.write(records_of(one, A))
    store.write(records_of(other, B))
    return compare(store, f"{A:032x}", f"{B:032x}")


def parted_at(comparison: Comparison) -> tuple[str | None, str | None, str | None]:
    parting = comparison.divergence
    assert parting is not None
    return parting.a_step_id, parting.b_step_id, parting.place


@pytest.mark.parametrize("seed", SEEDS)
def test_runs_that_did_the_same_do_not_part(store: SpanStore, seed: int) -> None:
    plan = draw_plan(seed)
    comparison = compared(store, plan, plan)

    assert comparison.divergence is None
    assert {row.relation for row in comparison.rows} == {"same"}
    assert (list(comparison.before), list(comparison.after)) == ([], [])
    assert set(comparison.same) == {
        "prompt",
        "input",
        "model",
        "settings",
        "tool_result",
        "answer",
        "code",
        "status",
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_one_line_of_a_prompt_is_found(store: SpanStore, seed: int) -> None:
    plan, dice = draw_plan(seed), random.Random(-seed)
    changed = plan.copy()
    agent = dice.randrange(plan.agents)
    calls = [number for number in plan.of_kind("llm") if plan.calls[number].agent == agent]
    lines = plan.calls[calls[0]].attributes["gen_ai.input.messages"][0]["parts"][0]["content"].split("\n")
    line = dice.randrange(len(lines))
    for number in calls:
        prompt = changed.calls[number].attributes["gen_ai.input.messages"][0]["parts"][0]
        prompt["content"] = "\n".join([*lines[:line], "Never guess a price.", *lines[line + 1 :]])
    comparison = compared(store, plan, changed)

    assert parted_at(comparison) == (
        step_id(A, calls[0]),
        step_id(B, calls[0]),
        "/input_messages/0/parts/0/content",
    )
    assert [difference.what for difference in comparison.before] == ["prompt"]
    assert f"line {line + 1}" in comparison.before[0].sentence
    assert [(change.change, change.index) for change in comparison.divergence.messages] == [("rewritten", 0)]  # type: ignore[union-attr]  # parted


@pytest.mark.parametrize("seed", SEEDS)
def test_one_result_of_a_tool_is_found(store: SpanStore, seed: int) -> None:
    plan, dice = draw_plan(seed), random.Random(-seed)
    changed = plan.copy()
    number = dice.choice(plan.of_kind("tool"))
    call = changed.calls[number].attributes
    call["gen_ai.tool.call.result"]["total"] = 100
    for later in changed.calls:
        for message in later.attributes.get("gen_ai.input.messages", ()):
            for part in message["parts"]:
                if (
                    part["type"] == "tool_call_response"
                    and part["id"] == call["gen_ai.tool.call.id"]
                    and later.agent == changed.calls[number].agent
                ):
                    part["response"]["total"] = 100
    comparison = compared(store, plan, changed)

    assert parted_at(comparison) == (step_id(A, number), step_id(B, number), "/tool_result/total")
    assert [difference.what for difference in comparison.before] == ["tool_result"]
    assert comparison.before[0].b == 100
    assert comparison.before[0].sentence.endswith('in A and "100" in B, as `total`.')


@pytest.mark.parametrize("seed", SEEDS)
def test_one_setting_of_one_call_is_found(store: SpanStore, seed: int) -> None:
    plan, dice = draw_plan(seed), random.Random(-seed)
    changed = plan.copy()
    number = dice.choice(plan.of_kind("llm"))
    name = dice.choice(["temperature", "max_tokens"])
    changed.calls[number].attributes[f"gen_ai.request.{name}"] = 0.9 if name == "temperature" else 100
    comparison = compared(store, plan, changed)

    assert parted_at(comparison) == (step_id(A, number), step_id(B, number), f"/parameters/{name}")
    assert [difference.what for difference in comparison.before] == ["settings"]
    assert f"`{name}`" in comparison.before[0].sentence
    assert "settings" not in comparison.same


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_that_only_one_run_has_is_found(store: SpanStore, seed: int) -> None:
    plan, dice = draw_plan(seed), random.Random(-seed)
    shorter = plan.copy()
    number = dice.choice(plan.of_kind("tool"))
    # A call that no other one equals, or else nobody could say which of them is missing.
    for one in (plan, shorter):
        one.calls[number].attributes["gen_ai.tool.call.arguments"] = {"query": "only here"}
    del shorter.calls[number]
    comparison = compared(store, plan, shorter)
    alone = [row.a.id for row in comparison.rows if row.relation == "only_a" and row.a]

    assert alone == [step_id(A, number)]
    assert comparison.divergence is not None
    assert comparison.rows[comparison.divergence.row].a.id == step_id(A, number)  # type: ignore[union-attr]  # A has it
    assert [row for row in comparison.rows if row.relation == "only_b"] == []


def test_a_result_that_was_cut_on_the_way_to_the_model_is_found_in_the_message(store: SpanStore) -> None:
    plan = draw_plan(3)
    changed = plan.copy()
    number = plan.of_kind("llm")[1]
    messages = changed.calls[number].attributes["gen_ai.input.messages"]
    at = next(at for at, message in enumerate(messages) if message["role"] == "tool")
    messages[at]["parts"][0]["response"] = "cut"
    comparison = compared(store, plan, changed)

    assert parted_at(comparison)[:2] == (step_id(A, number), step_id(B, number))
    assert parted_at(comparison)[2] == f"/input_messages/{at}/parts/0/response"
    assert [difference.what for difference in comparison.before] == ["tool_result"]


def test_a_model_that_answered_otherwise_to_the_same_has_nothing_before_it(store: SpanStore) -> None:
    plan = draw_plan(4)
    changed = plan.copy()
    last = plan.of_kind("llm")[-1]
    changed.calls[last].attributes["gen_ai.output.messages"][0]["parts"][0]["content"] = "I cannot say."
    comparison = compared(store, plan, changed)

    assert parted_at(comparison)[0] == step_id(A, last)
    assert list(comparison.before) == []
    assert [difference.what for difference in comparison.after] == ["answer"]
    assert "answer" not in comparison.same


def test_other_code_is_named_where_the_runs_did_the_same(store: SpanStore) -> None:
    plan = draw_plan(5)
    changed = plan.copy()
    changed.resource["service.version"] = "1.1"
    comparison = compared(store, plan, changed)

    assert comparison.divergence is None
    assert [difference.sentence for difference in comparison.before] == [
        '`service.version` is "1.0" in A and "1.1" in B.'
    ]
    assert "code" not in comparison.same


def test_every_step_of_both_runs_stands_in_one_row_in_order(store: SpanStore) -> None:
    comparison = compared(store, draw_plan(6), draw_plan(7))

    for side, trace in (("a", A), ("b", B)):
        shown = [getattr(row, side).id for row in comparison.rows if getattr(row, side)]
        assert shown == [step.id for step in list_steps(store, f"{trace:032x}")]


def test_long_runs_that_have_little_in_common_are_aligned(store: SpanStore) -> None:
    comparison = compared(store, draw_plan(8, turns=300), draw_plan(9, turns=300))

    assert sum(row.a is not None and row.b is not None for row in comparison.rows) > 300


def test_the_partner_is_the_completed_run_of_that_name_with_the_nearest_input(store: SpanStore) -> None:
    plan, near, far = draw_plan(1), draw_plan(1), draw_plan(2)
    store.write([*records_of(far, 2), *records_of(near, 3), *records_of(far, 4), *records_of(plan, A)])

    comparison = compare(store, f"{A:032x}")

    assert comparison.b.id == f"{3:032x}"
    assert comparison.partner_reason == "The last completed run named desk with the same input."


def test_a_run_without_a_partner_says_so(store: SpanStore) -> None:
    store.write(records_of(draw_plan(1), A))

    with pytest.raises(NotFound, match="No other run named 'desk' has completed"):
        compare(store, f"{A:032x}")


def test_tool_calls_at_the_same_time_may_begin_in_any_order(store: SpanStore) -> None:
    plan = draw_plan(3)
    spans = records_of(plan, A)
    tools = [span for span in spans if span.name.startswith("execute_tool")]
    first = next(
        at for at, span in enumerate(tools[:-1]) if tools[at + 1].start_ns - span.start_ns < 20_000_000
    )
    pair = tools[first : first + 2]

    def overlapping(trace: int, order: tuple[int, int]) -> list[SpanRecord]:
        written = {span.span_id: span for span in records_of(plan, trace)}
        ids = [f"{trace * 1_000_000 + int(span.span_id, 16) % 1_000_000:016x}" for span in pair]
        start = min(written[span_id].start_ns for span_id in ids)
        for place, span_id in zip(order, ids, strict=True):
            begun = start + place * 1_000_000
            written[span_id] = replace(written[span_id], start_ns=begun, end_ns=start + 9_000_000)
        return list(written.values())

    store.write(overlapping(A, (0, 1)))
    store.write(overlapping(B, (1, 0)))
    comparison = compare(store, f"{A:032x}", f"{B:032x}")

    assert comparison.divergence is None
    assert {row.relation for row in comparison.rows} == {"same"}


def test_words_are_quoted_where_they_differ_whatever_the_white_space_before() -> None:
    whole = {"charges": [{"id": "ch_3QkT7f", "order": "48213"}, {"id": "ch_3QkT9v"}]}
    cut = '{ "charges": [\n {"id": "ch_3QkT7f", "order": "48213"},… [truncated]'
    one, other = quotes(whole, cut)

    assert one == '"…der": "48213"}, {"id": "ch_3QkT9v"}]}"'
    assert other == '"…rder": "48213"},… [truncated]"'
    assert quotes("a b", "a  b") == ('"a b"', '"a b"')
