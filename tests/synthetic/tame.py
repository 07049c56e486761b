"""Tame: runs in which nothing is wrong, though some look as if there were."""

from __future__ import annotations

from tests.synthetic.flow import FILLER, Flow, lookup
from tests.synthetic.values import make


def clean(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    flow.answer()


def polling(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    job = str(make("id", flow.rng))
    start, poll = (
        lookup(flow, "start_export"),
        lookup(flow, flow.rng.choice(["get_export", "export_status", "wait_for_export", "check_job"])),
    )
    flow.call(start, {"format": "csv"}, {"job_id": job, "state": "queued"})
    waiting = flow.rng.choice(["running", "pending", "in_progress", "queued"])
    for _ in range(flow.rng.randint(3, 7)):
        flow.call(poll, {"job_id": job}, {"job_id": job, "state": waiting})
    flow.call(poll, {"job_id": job}, {"job_id": job, "state": "done"})
    flow.answer()


def paging(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    pages = lookup(flow, "list_entries")
    cursor = None
    for page in range(1, flow.rng.randint(4, 8)):
        arguments = (
            {"page": page, "limit": 50} if flow.rng.random() < 0.5 else {"cursor": cursor, "limit": 50}
        )
        cursor = str(make("id", flow.rng))
        rows = [{"entry": make("id", flow.rng), "note": flow.rng.choice(FILLER)} for _ in range(4)]
        flow.call(pages, arguments, {"rows": rows, "next": cursor})
    flow.answer(words=flow.fill(flow.domain.answers[0])[0] + f" The last entry is {rows[-1]['entry']}.")


def retry(flow: Flow) -> None:
    error = flow.rng.choice(
        [
            "TimeoutError: timed out after 30 s",
            "HTTPError: 503 service unavailable",
            "RateLimitError: 429 too many requests",
        ]
    )
    item = flow.domain.uses[0]
    for _ in range(flow.rng.randint(1, 3)):
        flow.call(item, error=error)
    flow.call(item)
    for other in flow.domain.uses[1:]:
        flow.call(other)
    flow.answer()


def parallel(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    listing = lookup(flow, "get_note")
    notes = [{"note_id": make("id", flow.rng)} for _ in range(3)]
    index = lookup(flow, "list_notes")
    flow.call(index, {}, {"notes": notes})
    for note in notes:
        flow.call(listing, note, {"text": f"{flow.rng.choice(FILLER)} since {make('date', flow.rng)}"})
    flow.answer(
        words=flow.fill(flow.domain.answers[0])[0]
        + f" Note {notes[0]['note_id']} has details; it is {flow.tape.rng.choice(FILLER)}."
    )


def two_questions(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    text, _ = flow.fill(flow.domain.answers[0])
    flow.tape.say(text)
    flow.tape.messages.append(flow.tape._text("user", "Thank you. And how do I reach you on a Sunday?"))
    flow.answer(words="You can write to us at any time; somebody answers on Mondays.")


def reckoned(flow: Flow) -> None:
    for item in flow.domain.uses:
        flow.call(item)
    costs = [round(flow.rng.uniform(10, 400), 2) for _ in range(flow.rng.randint(2, 5))]
    flow.call(lookup(flow, "list_costs"), {}, {"costs": [{"amount": cost} for cost in costs]})
    flow.answer(words=flow.fill(flow.domain.answers[0])[0] + f" The costs come to {sum(costs):.2f} in all.")


def plain_prompts(flow: Flow) -> None:
    """A chain of single prompts, none of which goes on with the one before."""
    for item in flow.domain.uses:
        flow.call(item)
    text, _ = flow.fill(flow.domain.answers[0])
    for task in (
        "Classify the tone of this answer",
        "Translate nothing, only check the grammar of this answer",
    ):
        flow.tape.messages = [
            flow.tape._text("system", "You check texts."),
            flow.tape._text("user", f"{task}: {text}"),
        ]
        flow.tape.say("The text is polite and correct.")
    flow.tape.messages = [flow.tape._text("user", f"Send this as it is: {text}")]
    flow.answer(words=text)


def fallback(flow: Flow) -> None:
    """What was asked is not there; the agent does something else about it, and says so."""
    flow.call(flow.domain.uses[0], None, flow.rng.choice([[], {"results": []}, "No results found."]))
    tool = flow.rng.choice(["create_ticket", "send_message", "submit_request"])
    flow.call(
        lookup(flow, tool),
        {"text": "Somebody should look into this."},
        {"reference": make("id", flow.rng), "status": "accepted"},
    )
    flow.answer(
        words=flow.rng.choice(
            [
                "I could not find any information on that, so a colleague will look into it.",
                "Unfortunately there is no data for your question; I have passed it on.",
                "I was not able to find it, so I opened a ticket.",
            ]
        )
    )
