"""Runs beside the support desk's: one whose process ended, one that goes on, and some that nobody has to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator

from otel_bridge.record import SpanRecord
from tests.e2e.story.tape import Talk, Tape, calls, result, text

_DAY_S = 86_400
_MINUTE_S = 60
_FEEDS = [
    "lwn.net/headlines",
    "planet.debian.org/rss",
    "hnrss.org/newest",
    "kernel.org/feeds",
    "python.org/blogs",
]


def silent_digest(trace_id: str, started_ns: int, process_id: str) -> list[SpanRecord]:
    """Return the run whose process ended inside of a tool."""
    tape = Tape(trace_id, started_ns, scope="digest.agents", process_id=process_id)
    asked = {"gen_ai.input.messages": json.dumps([text("user", "Digest of today's 40 feeds")])}
    root = tape.agent(None, "nightly-digest", 0, None, asked)
    tape.memory(root, "seen:2026-11-21", 0.1, {"ids": 212})
    agent = tape.agent(root, "collector", 0.3, None)
    talk = Talk(tape, agent, "Fetch each feed and sum it up.", model="gpt-4o-mini")
    talk.hear(text("user", "Feeds: " + ", ".join(f"https://{feed}" for feed in _FEEDS)))
    at = 0.4
    for place in range(30):
        url = f"https://{_FEEDS[place % 4 + 1]}"
        call = f"call_f{place}"
        talk.ask(at, 1.1, calls((call, "fetch_feed", {"url": url, "timeout": None})), 1900 + place * 40, 26)
        tape.tool(
            agent,
            "fetch_feed",
            call,
            at + 1.2,
            0.9,
            {"url": url, "timeout": None},
            f"{place + 3} entries of {url}",
        )
        talk.hear(result(call, f"{place + 3} entries of {url}"))
        at += 3.2
    ranker = tape.agent(root, "ranker", 60.2, 21.0)
    rank = Talk(tape, ranker, "Rank articles by how new they are.", model="gpt-4o-mini")
    rank.hear(text("user", "Rank 24 articles."))
    rank.ask(60.4, 20.1, text("assistant", "1. A kernel release, 2. A security update, 3. …"), 27_000, 212)
    last = {"url": "https://lwn.net/headlines", "timeout": None}
    talk.ask(97.3, 0.7, calls(("call_end", "fetch_feed", last)), 3100, 31)
    tool = tape.tool(agent, "fetch_feed", "call_end", 98.0, None, last)
    tape.http(tool, "GET lwn.net/headlines/rss", 98.0, None)
    return tape.records


def working_brief(trace_id: str, started_ns: int, process_id: str) -> list[SpanRecord]:
    """Return the run that is still going on."""
    tape = Tape(trace_id, started_ns, scope="research.agents", process_id=process_id)
    words = "Brief the board on the EU battery passport, 2 pages, cite sources."
    root = tape.agent(
        None, "research-brief", 0, None, {"gen_ai.input.messages": json.dumps([text("user", words)])}
    )
    tape.memory(root, "style:board-brief", 0.05, {"facts": ["short", "numbers first", "cite"]})
    talk = Talk(tape, root, "You plan and write briefs.")
    talk.hear(text("user", words))
    talk.ask(0.15, 2.1, text("assistant", "A plan of 4 questions: scope, dates, duties, costs."), 1610, 280)
    for number, took in enumerate((5.2, 6.8), 1):
        _searcher(tape, root, number, took)
    agent = tape.agent(root, "searcher 3", 2.35, None)
    search = Talk(tape, agent, "You find sources.")
    search.hear(text("user", "Which duties have importers?"))
    search.ask(2.5, 1.4, calls(("call_s1", "web_search", {"q": "EU battery passport 2027"})), 2010, 200)
    tape.tool(agent, "web_search", "call_s1", 3.95, 1.9, {"q": "EU battery passport 2027"}, "8 results")
    search.hear(result("call_s1", "8 results"))
    search.ask(
        5.9,
        1.7,
        calls(("call_s2", "fetch_page", {"url": "https://eur-lex.europa.eu/eli/reg/2023/1542"})),
        5000,
        210,
    )
    tape.tool(
        agent, "fetch_page", "call_s2", 7.65, None, {"url": "https://eur-lex.europa.eu/eli/reg/2023/1542"}
    )
    tape.memory(root, "sources:brief", 9.3, {"entries": 10}, write=True)
    talk.hear(
        text(
            "user",
            "Write the section “What changes in 2027” from these sources. Two short paragraphs, cite by number.",
        )
    )
    written = text(
        "assistant",
        "## What changes in 2027\n\nFrom 18 February 2027 every industrial battery above 2 kWh must carry a passport [1]. Importers",
    )
    talk.ask(9.6, None, written, 3310, 0)
    return tape.records


def _searcher(tape: Tape, root: str, number: int, took: float) -> None:
    agent = tape.agent(root, f"searcher {number}", 2.35, took)
    search = Talk(tape, agent, "You find sources.")
    search.hear(text("user", f"Question {number} of the plan."))
    search.ask(
        2.4, 1.5, calls((f"call_r{number}", "web_search", {"q": f"battery passport {number}"})), 3900, 120
    )
    tape.tool(
        agent,
        "web_search",
        f"call_r{number}",
        4.0,
        1.1,
        {"q": f"battery passport {number}"},
        f"{number + 4} results",
    )
    search.hear(result(f"call_r{number}", f"{number + 4} results"))
    search.ask(5.2, took - 3.2, text("assistant", f"Found {number + 3} sources."), 4100, 90)


def quiet_runs(now_s: int) -> Iterator[list[SpanRecord]]:
    """Yield small runs of three days, the newest first."""
    for place, (name, ago_s, length, outcome, user) in enumerate(_QUIET):
        tape = Tape(
            f"{0xA0 + place:02x}{place:02x}" + "e" * 28, (now_s - ago_s) * 1_000_000_000, scope="other.agents"
        )
        failed = outcome if outcome.startswith("openai.") else None
        about = {
            "user.id": user,
            "session.id": f"sess_{user[2:]}",
            "gen_ai.input.messages": json.dumps([text("user", "Please help.")]),
        }
        if not failed:
            about["gen_ai.output.messages"] = json.dumps([text("assistant", outcome)])
        root = tape.agent(None, name, 0, length, about, error=failed)
        talk = Talk(tape, root, "You help.", model="gpt-4o-mini" if place % 2 else "gpt-4o")
        talk.hear(text("user", "Please help."))
        for turn in range(2 + place % 4):
            call = f"call_q{place}{turn}"
            at = turn * length / 6
            talk.ask(at, length / 9, calls((call, "look_up", {"page": turn})), 2100 + 300 * turn, 60)
            tape.tool(
                root, "look_up", call, at + length / 9, length / 20, {"page": turn}, f"page {turn} of 7"
            )
            talk.hear(result(call, f"page {turn} of 7"))
        talk.ask(length * 0.85, length * 0.14, text("assistant", outcome), 3000, 90, **({"first": 0.4}))
        yield tape.records


_QUIET = (
    ("support-desk", 52 * _MINUTE_S, 9.4, "Explained the return policy.", "u_1180"),
    (
        "research-brief",
        70 * _MINUTE_S,
        78.0,
        "The market grew by 12 % in three years; sources are listed below.",
        "u_0042",
    ),
    ("sql-helper", 95 * _MINUTE_S, 6.1, "Top 10 articles by return rate, as a query and a table.", "u_0007"),
    (
        "research-brief",
        _DAY_S + 1200,
        41.0,
        "openai.RateLimitError: 429 after 3 attempts, retry in 20 s",
        "u_0042",
    ),
    ("support-desk", _DAY_S + 4200, 12.8, "Changed the delivery address.", "u_2291"),
    ("nightly-digest", _DAY_S + 20_000, 151.0, "Sent a digest of 14 articles.", "u_0001"),
    ("support-desk", 2 * _DAY_S + 900, 17.3, "Told the customer when the lamp arrives.", "u_3310"),
    ("sql-helper", 2 * _DAY_S + 3600, 4.4, "Counted orders by week.", "u_0007"),
    ("support-desk", 2 * _DAY_S + 7200, 31.0, "openai.APITimeoutError: request timed out", "u_1180"),
)
