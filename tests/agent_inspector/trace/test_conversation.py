"""A growing conversation: recorded once, redacted once, read back whole at every call."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent_inspector import query, trace
from agent_inspector.trace.conversation import Conversation
from otel_bridge.dialects.values import parse_json
from tests.agent_inspector.trace.conftest import Recorded

texts = st.text(max_size=20)
messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "content": st.none() | texts}
)
edits = st.lists(st.tuples(st.sampled_from(["append", "edit", "cut", "swap"]), messages), max_size=12)


@given(edits)
def test_a_list_is_frozen_as_it_is_however_it_was_changed(steps: list[tuple[str, dict[str, Any]]]) -> None:
    conversation, current = Conversation(), [{"role": "system", "content": "x"}]
    for change, message in steps:
        if change == "append" or not current:
            current.append(copy.deepcopy(message))
        elif change == "edit":
            current[len(current) // 2]["content"] = message["content"]
        elif change == "cut":
            current = current[: len(current) // 2]
        else:
            current = [*current[::-1]]

        assert parse_json(conversation.take(current).render()) == current


def test_a_message_is_one_piece_however_many_lists_carry_it() -> None:
    conversation = Conversation()
    first = conversation.take([{"role": "user", "content": "a"}])
    second = conversation.take([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}])

    assert second[0] is first[0]
    assert second.new_bytes == len(second[1].json)


def test_every_call_reads_back_whole_and_redacted(recorded: Recorded) -> None:
    key = "sk-" + "proj-" + "A1b2C3d4E5" * 4
    said = [{"role": "system", "content": f"The key is {key}."}]
    with trace.run("agent"):
        for number in range(5):
            said.append({"role": "user", "content": f"question {number}"})
            trace.llm("gpt-4o", said, f"answer {number}")
            said.append({"role": "assistant", "content": f"answer {number}"})
    run = recorded.run()
    details = query.list_details(recorded.store, run.id, event_type="llm_call")

    assert [len(detail.content.input_messages or ()) for detail in details] == [2, 4, 6, 8, 10]
    for detail in details:
        assert key not in str(detail)
        assert "[REDACTED:" in str(detail.content.input_messages)
        assert sum(detail.redactions.values()) == 1
    last = details[-1].content.input_messages or ()
    assert last[-1] == {"role": "user", "parts": [{"type": "text", "content": "question 4"}]}
