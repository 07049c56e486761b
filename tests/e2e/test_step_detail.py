"""The detail of a step: its context, what is new in it, and where its values came from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import REPOSITORY, Served, serve
from tests.e2e.test_states import check_axe

pytestmark = pytest.mark.e2e

DESK: Final = """
from agent_inspector import trace

def said(role, text):
    return {"role": role, "content": text}

first = [said("system", "Be brief."), said("user", "Where is order A-1042?"), said("assistant", "I look."), said("user", "Thank you.")]
with trace.run("desk"):
    trace.llm("gpt-4o", first, "It is on its way.", input_tokens=120, output_tokens=8)
    trace.llm("gpt-4o", [*first[:3], said("user", "Thank you very much."), said("user", "And B-7?")], "B-7 is here.")
    trace.llm("gpt-4o", [first[0], said("user", "Summary of the conversation so far: two orders."), said("user", "Done?")], "Done.")
    trace.final("Done.")
    schema = {"type": "object", "properties": {"charge": {"type": "string"}, "cents": {"type": "integer"}}, "required": ["charge"]}
    tools = [{"type": "function", "function": {"name": "refund", "parameters": schema}}]
    result = "refund of charge ch_9, the other one being ch_8, which is the duplicate"
    asked = {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "refund", "arguments": '{"charge": "ch_77841", "cents": 64.5}'}}]}
    trace.llm("gpt-4o", [said("user", "Refund it.")], asked, tools=tools)
    trace.tool("refund", {"charge": "ch_77841", "cents": 64.5}, result, tool_call_id="c1")
    told = {"role": "tool", "tool_call_id": "c1", "content": result[:40]}
    trace.llm("gpt-4o", [said("user", "Refund it."), asked, told], "Once more.", tools=tools)
    trace.tool("refund", {"charge": "ch_9", "cents": 64}, "ok")
    seen = {"role": "tool", "tool_call_id": "c9", "content": "\\x1b[32mpassed\\x1b[0m"}
    trace.llm("gpt-4o", [said("user", "And?"), seen], "It went **well**.")
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("desk") / "desk.db"
    environment = os.environ | {"TRACE_DB_PATH": str(store)}
    subprocess.run([sys.executable, "-c", DESK], env=environment, check=True, cwd=REPOSITORY)
    yield from serve(store)


def open_step(page: Page, served: Served, kind: str, place: int) -> Locator:
    page.goto(served.url)
    page.get_by_test_id("run-row").first.click()
    row = page.locator(f"[data-testid=step-row][data-kind={kind}]").nth(place)
    row.click()
    expect(row).to_have_attribute("aria-selected", "true")
    return page.get_by_test_id("step-detail")


def test_the_context_says_what_it_is_made_of_and_how_that_is_known(page: Page, demo: Served) -> None:
    detail = open_step(page, demo, "llm", 1)

    context = detail.get_by_test_id("context")
    expect(context).to_contain_text("parts estimated by characters")
    expect(context).to_contain_text(re.compile(r"Tool schemas\s*\d+"))
    check_axe(page)


HANDOFF: Final = """
from agent_inspector import trace

question = {"role": "user", "content": "Where is order A-1042?"}

@trace.agent("logistics")
def answer():
    trace.llm("gpt-4o", [question, {"role": "user", "content": "Ask the depot first."}], "It is at the depot.")

with trace.run("front"):
    trace.llm("gpt-4o", [question], "Logistics knows that.")
    trace.agent_handoff("a1", "front", "a2", "logistics")
    answer()
"""


def test_a_hand_off_says_what_was_passed_on(page: Page, empty: Served) -> None:
    with empty.record(HANDOFF) as done:
        done.wait()
    detail = open_step(page, empty, "handoff", 0)
    passed = detail.get_by_test_id("handed-over")

    expect(passed).to_contain_text("Of the 2 messages of step 2, 1 came along unchanged.")
    expect(passed).to_contain_text("Ask the depot first.")
    check_axe(page)


def test_what_the_last_call_had_is_folded_until_a_key_shows_it(page: Page, demo: Served) -> None:
    detail = open_step(page, demo, "llm", 1)
    expect(detail.get_by_test_id("unchanged")).to_contain_text("3 messages unchanged since step 3")
    expect(detail).not_to_contain_text("You help customers of a lamp shop")
    page.keyboard.press("d")

    expect(detail).to_contain_text("You help customers of a lamp shop")
    page.keyboard.press("d")
    expect(detail.get_by_test_id("unchanged")).to_be_visible()


def test_a_rewritten_message_shows_its_words_and_a_compacted_one_its_count(page: Page, desk: Served) -> None:
    detail = open_step(page, desk, "llm", 1)
    changed = detail.get_by_test_id("changed-message")
    expect(changed).to_contain_text("rewritten")
    expect(changed.locator("ins")).to_contain_text("very much")
    check_axe(page)
    detail = open_step(page, desk, "llm", 2)

    expect(detail).to_contain_text(re.compile(r"compacted \d into 1"))
    check_axe(page)


def test_an_argument_says_where_it_appears_and_leads_there(page: Page, demo: Served) -> None:
    detail = open_step(page, demo, "tool", 4)
    argument = detail.get_by_test_id("argument").filter(has_text="charge_id")
    expect(argument).to_contain_text("appears in the input of step 12, step 11")
    expect(argument).not_to_contain_text("because")
    mark = argument.get_by_test_id("traced")
    mark.focus()
    expect(argument.get_by_role("tooltip")).to_be_visible()
    check_axe(page)
    page.keyboard.press("Escape")
    expect(argument.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("step-detail")).to_contain_text("Step 12")


def test_an_answer_has_its_values_underlined(page: Page, demo: Served) -> None:
    detail = open_step(page, demo, "llm", 5)

    expect(detail.get_by_test_id("traced").filter(has_text="ch_9c41")).to_be_visible()
    expect(detail.get_by_test_id("sources")).to_contain_text("ch_9c41")
    check_axe(page)


def test_arguments_are_checked_against_the_schema_that_was_offered(page: Page, desk: Served) -> None:
    detail = open_step(page, desk, "tool", 0)
    arguments = detail.get_by_test_id("arguments")

    expect(arguments).to_contain_text("1 schema problem")
    expect(arguments).to_contain_text("cents is number, must be integer")
    expect(arguments).to_contain_text("appears in no earlier step")
    check_axe(page)
    arguments.get_by_text("Schema offered in step").click()
    expect(arguments).to_contain_text('"integer"')


def test_a_result_that_reached_the_model_in_part_shows_what_is_missing(page: Page, desk: Served) -> None:
    detail = open_step(page, desk, "tool", 0)
    received = detail.get_by_test_id("received")

    expect(received).to_contain_text(re.compile(r"Cut: \d+ of \d+ characters sent"))
    expect(received).to_contain_text("which is the duplicate")


def test_a_key_goes_to_the_next_call_of_the_same_tool(page: Page, desk: Served) -> None:
    detail = open_step(page, desk, "tool", 0)
    expect(detail.get_by_test_id("same-tool")).to_contain_text("1 other call of refund")
    page.keyboard.press(".")

    rows = page.locator("[data-testid=step-row][data-kind=tool]")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("step-detail").get_by_test_id("arguments")).to_contain_text("valid against")


def test_an_answer_is_shown_as_markdown_for_who_asks(page: Page, desk: Served) -> None:
    detail = open_step(page, desk, "llm", 5)
    expect(detail.get_by_text("**well**")).to_be_visible()
    expect(detail.locator("span.ok", has_text="passed")).to_be_visible()
    detail.get_by_role("button", name="As Markdown").first.click()

    expect(detail.get_by_test_id("markdown").locator("b")).to_have_text("well")
    check_axe(page)


def test_a_model_call_is_copied_as_a_request_without_a_key(page: Page, demo: Served) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    detail = open_step(page, demo, "llm", 1)
    detail.get_by_role("tab", name="Parameters").click()
    detail.get_by_role("button", name="cURL").click()
    expect(detail.get_by_text("cURL copied")).to_be_visible()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert "$OPENAI_API_KEY" in copied
    assert '"name": "find_order"' in copied
    check_axe(page)


def test_a_marked_run_shows_its_letter_and_its_steps(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    row = page.get_by_test_id("run-row").first
    row.click()
    expect(row.locator("path").last).to_have_attribute("d", re.compile("^M"))
    page.keyboard.press("x")
    expect(row).to_contain_text("marked A")
    check_axe(page)
    page.keyboard.press("x")

    expect(row).not_to_contain_text("marked")
