"""Where long conversations between agents go wrong, measured on agents, phrases and seeds that the rules were not fitted to."""

from __future__ import annotations

import random

from agent_inspector.query import find_findings
from agent_inspector.store import SpanStore
from tests.synthetic.conversations import MISTAKES, make_conversations
from tests.synthetic.recording import Recording

_RUNS = 10 * len(MISTAKES)
_SEED = 5


def test_the_decisive_step_is_mostly_among_the_candidates(store: SpanStore) -> None:
    runs = make_conversations(_SEED, _RUNS, judging=True)
    first = among = 0
    for run in runs:
        store.write(run.records)
        candidates = [step.step_id for step in find_findings(store, run.trace_id).candidates]
        first += bool(run.planted & set(candidates[:1]))
        among += bool(run.planted & set(candidates))

    assert first >= 0.45 * len(runs)
    assert among >= 0.75 * len(runs)


def test_an_attempt_that_brought_nothing_is_named_with_its_reason(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("team", "", "When was the lighthouse of Brandtholm built?")
    for page in range(9):
        tape.turn("lead", f"reader, look up when harbour {page} of Okaforsund was opened for ships.")
        tape.turn("reader", f"Harbour {page} of Okaforsund was opened for ships after a long dispute.")
    tape.turn("lead", "browser, look up when the lighthouse of Brandtholm was built.")
    tape.turn("lead (notes)", "Next speaker browser")
    wanted = tape.turn("browser", "The page shows opening hours, tickets and a newsletter.")
    tape.turn("lead", "browser, try another page on the lighthouse of Brandtholm.")
    tape.turn("browser", "That page shows opening hours, too.")
    store.write(tape.finish(""))

    candidate = find_findings(store, tape.trace_id).candidates[0]

    assert candidate.step_id == wanted
    assert candidate.finding_id is None
    assert "is the first attempt at what was asked for last that brought nothing" in candidate.sentence


def test_trouble_that_nobody_got_over_comes_before_trouble_that_was_got_over(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("team", "", "When was the lighthouse of Brandtholm built?")
    tape.turn("human", "When was the lighthouse of Brandtholm built?")
    tape.turn("lead", "We look for the harbour first, then for the lighthouse.")
    tape.turn("lead", "browser, look up which harbour belongs to Okaforsund.")
    tape.turn("browser", "Error: the page on the harbour of Okaforsund timed out.")
    tape.turn("lead", "browser, try another page on the harbour of Okaforsund.")
    tape.turn("browser", "The harbour of Okaforsund belongs to Brandtholm.")
    tape.turn("lead", "Good. Now to the lighthouse, of which we know nothing.")
    tape.turn("lead", "browser, look up when the lighthouse of Brandtholm was built.")
    wanted = tape.turn("browser", "The page on the lighthouse failed to load.")
    tape.turn("lead", "Then let us be sure of the harbour.")
    tape.turn("lead", "browser, look up which harbour belongs to Okaforsund again.")
    tape.turn("browser", "The harbour of Okaforsund belongs to Brandtholm.")
    tape.turn("lead", "FINAL ANSWER: 1874")
    store.write(tape.finish("FINAL ANSWER: 1874"))

    first, *_ = find_findings(store, tape.trace_id).candidates

    assert first.step_id == wanted
    assert "is the last to tell of trouble that nobody got over" in first.sentence


def test_an_error_that_an_agent_ran_into_and_got_over_is_not_the_suspect(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("team", "", "When was the lighthouse of Brandtholm built?")
    tape.turn("lead", "browser, look up when the lighthouse of Brandtholm was built.")
    crash = 'Browser error:\n\nTraceback (most recent call last):\n  File "tab.py", line 3\nTimeoutError'
    got_over = tape.turn("browser", crash)
    tape.turn("lead", "browser, open it once more.")
    tape.turn("browser", "The lighthouse of Brandtholm was built in 1874.")
    tape.turn("lead", "reader, open the file on the lighthouse.")
    ended = tape.turn("reader", crash)
    store.write(tape.finish(""))

    found = find_findings(store, tape.trace_id)

    assert found.first_suspect is not None
    assert found.first_suspect.step_id == ended
    assert {f.step_id: f.severity for f in found.findings} == {ended: "warning", got_over: "info"}


def test_of_an_answer_out_of_a_program_its_author_is_named(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("team", "", "How many tickets were sold at Brandtholm?")
    for month in range(9):
        tape.turn("lead", f"reader, look up the tickets that were sold at Brandtholm in month {month}.")
        tape.turn("reader", f"The tickets sold at Brandtholm in month {month} are listed by day.")
    tape.turn("lead", "coder, write a program that adds the tickets sold at Brandtholm.")
    wanted = tape.turn(
        "coder", "A program for the tickets sold at Brandtholm:\n```python\nprint(9000 + 417)\n```"
    )
    tape.turn("lead", "shell, run the program for the tickets sold at Brandtholm.")
    tape.turn("shell", "exitcode: 0 (execution succeeded)\nTickets sold at Brandtholm: 9417")
    tape.turn("lead", "The answer is 9417.")
    store.write(tape.finish("The answer is 9417."))

    candidates = find_findings(store, tape.trace_id).candidates

    assert wanted in [candidate.step_id for candidate in candidates[:2]]


def test_what_a_person_says_is_never_a_candidate(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("team", "", "My build fails with Error: exit code 2. Why?")
    asked = tape.turn("human", "Traceback (most recent call last): my build fails. Why?")
    tape.turn("lead", "tester, run the build.")
    again = tape.turn("user", "Error: it still fails, I cannot go on.")
    tape.turn("tester", "The build ran.")
    store.write(tape.finish("It works."))

    candidates = {candidate.step_id for candidate in find_findings(store, tape.trace_id).candidates}

    assert candidates
    assert not candidates & {asked, again}


def test_an_answer_that_the_lead_makes_up_at_the_end_is_not_where_it_went_wrong(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    tape.start("team", "", "When was the lighthouse of Brandtholm built?")
    tape.turn("human", "When was the lighthouse of Brandtholm built?")
    for page in range(9):
        tape.turn("lead", f"browser, look up when harbour {page} of Okaforsund was opened for ships.")
        tape.turn("browser", f"Harbour {page} of Okaforsund was opened for ships after a long dispute.")
    tape.turn("lead", "browser, look up when the lighthouse of Brandtholm was built.")
    wanted = tape.turn("browser", "The page shows opening hours, tickets and a newsletter.")
    closing = [
        tape.turn("lead (thought)", "We have no more time and must guess."),
        tape.turn("lead", "FINAL ANSWER: 12 May 1874"),
        tape.turn("lead (termination condition)", "Out of time."),
    ]
    store.write(tape.finish("FINAL ANSWER: 12 May 1874"))

    candidates = [candidate.step_id for candidate in find_findings(store, tape.trace_id).candidates]

    assert candidates[0] == wanted
    assert not set(candidates) & set(closing)


def test_a_request_that_leaves_out_what_the_others_pass_on_is_named(store: SpanStore) -> None:
    tape = Recording("ab" * 16, random.Random(1), [])
    question = "How many visitors did the lighthouse of Brandtholm have in 2011?"
    tape.start("team", "", question)
    tape.turn("human", question)
    for thing in ("harbour", "market", "theatre", "ferry"):
        tape.turn("lead (thought)", f"Next is the {thing}.")
        tape.turn("lead", f"browser, look up the visitors of the {thing} of Brandtholm in 2011.")
        tape.turn("browser", f"The {thing} of Brandtholm had many visitors in 2011.")
    wanted = tape.turn("lead", "browser, look up how many visitors the lighthouse had.")
    tape.turn("browser", "The lighthouse had 48,211 visitors.")
    tape.turn("lead", "FINAL ANSWER: 48,211")
    store.write(tape.finish("FINAL ANSWER: 48,211"))

    first, *_ = find_findings(store, tape.trace_id).candidates

    assert first.step_id == wanted
    assert "asks without 2011" in first.sentence
