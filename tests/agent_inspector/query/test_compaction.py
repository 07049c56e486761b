"""What is said of a conversation whose history was replaced by a summary, or left behind."""

from __future__ import annotations

import random

from agent_inspector.query import find_findings, get_context, list_steps
from agent_inspector.store import SpanStore
from tests.synthetic.recording import Recording

_SUMMARY = (
    "The user wants the harbour fees of four towns. Those of three are known: 12, 40 and 7 euros a day."
)


def _talk() -> Recording:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("clerk", "You look up fees.", "What are the harbour fees of these towns?")
    for town in ("Okaforsund", "Brandtholm", "Port Keller"):
        tape.say(f"The fee of {town} is known now.")
        tape.messages.append({"role": "user", "content": f"Go on after {town}."})
    return tape


def test_a_summary_is_told_with_the_step_that_wrote_it(store: SpanStore) -> None:
    tape = _talk()
    system = tape.messages[0]
    tape.messages.append({"role": "user", "content": "Summarize the conversation so far, with all values."})
    author = tape.say(_SUMMARY)
    tape.messages = [system, {"role": "user", "content": f"Summary of what was said before: {_SUMMARY}"}]
    after = tape.say("The fee of Silva Bay is 3 euros a day.")
    store.write(tape.finish("All fees are known."))

    ledger = {loss.kind: loss for loss in find_findings(store, tape.trace_id).ledger}
    context = get_context(store, tape.trace_id, after)
    sentences = {step.id: step.sentence for step in list_steps(store, tape.trace_id)}

    number = len(tape.records) - 1
    assert ledger["history_compacted"].step_ids == [after]
    assert ledger["history_compacted"].sentence == (
        f"8 earlier messages were replaced by a summary in step {number + 1}, which step {number} wrote."
    )
    assert context.sentence == "History compacted: 8 messages replaced by a summary."
    assert sentences[author].startswith('gpt-4o-mini summed up the history: "The user wants')


def test_history_that_is_left_out_is_told_without_a_summary(store: SpanStore) -> None:
    tape = _talk()
    tape.messages = [*tape.messages[:2], *tape.messages[-2:]]
    after = tape.say("The fee of Silva Bay is 3 euros a day.")
    store.write(tape.finish("All fees are known."))

    ledger = {loss.kind: loss for loss in find_findings(store, tape.trace_id).ledger}

    assert "no longer given" in ledger["history_compacted"].sentence
    assert "removed" in get_context(store, tape.trace_id, after).sentence


def test_an_answer_about_a_conversation_is_no_compaction(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("clerk", "You help.", "Write a summary of this meeting, please: Ann met Bo.")
    step = tape.say("Ann met Bo.")
    store.write(tape.finish("Ann met Bo."))

    sentences = {step.id: step.sentence for step in list_steps(store, tape.trace_id)}

    assert sentences[step] == 'gpt-4o-mini wrote "Ann met Bo."'
    assert get_context(store, tape.trace_id, step).sentence == (
        "The first call of its conversation, with 2 messages."
    )
