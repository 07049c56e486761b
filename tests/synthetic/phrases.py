"""Phrases: how the agents of two teams speak in long conversations; rules are fitted to one team, and judged by the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Team:
    """A lead, and those that it asks."""

    lead: str
    thinker: str
    """The lead's name where it speaks to itself."""
    asks: str
    """The lead's name where it asks somebody."""
    surfer: str
    reader: str
    coder: str
    shell: str
    keeps_ledger: bool
    ledger: str
    things: Sequence[str]
    phrases: Mapping[str, Sequence[str]]


TUNING_TEAM: Final = Team(
    lead="Lead",
    thinker="Lead (thought)",
    asks="Lead (-> Surfer)",
    surfer="Surfer",
    reader="FileReader",
    coder="Coder",
    shell="Shell",
    keeps_ledger=True,
    ledger='{{"is_request_satisfied": {{"answer": false}}, "is_progress_being_made": {{"answer": {progress},'
    ' "reason": "{about} was looked for"}}, "next_speaker": "Surfer"}}',
    things=["museum", "bridge", "festival", "library", "harbour", "theatre", "railway"],
    phrases={
        "question": [
            "According to the {year} report, what {kind} is given for the {topic}, not counting {without}?",
            "Which {kind} belongs to the {topic} in {year}, without {without}?",
        ],
        "plan": [
            "We are to answer: {question}\n1. GIVEN FACTS: {topic}\n2. FACTS TO LOOK UP: the report of {year}\nPlan: let Surfer search.",
        ],
        "constraint": ["It must be of {year}, and without {without}."],
        "ask": [
            "Please look up {about}. {wanted}",
            "Please search for {about} and tell what you find. {wanted}",
            "Scroll down and see whether {short} is mentioned. {wanted}",
            "Click on the first result about {short} and read it. {wanted}",
            "Go back to the results and open another page that may tell of {about}. {wanted}",
        ],
        "ask_reader": ["Please open the file about {about}."],
        "read": ["The file about {about} names {value} as its owner."],
        "ask_program": ["Please write a program that reckons the number for {about}."],
        "program": ["Here is the program:\n{code}"],
        "ask_run": ["Please run the program."],
        "output": ["The script ran, then exited with Unix exit code: 0\nIts output was:\n{value}"],
        "page": [
            "I clicked '{about}'. Here is a screenshot of [{about} {year}](https://site.example.com/{slug}). The viewport shows {shown}% of the"
            " page. The text reads: {text}",
            "I typed '{about}' into the search bar. The page has the title {about} {year}. It shows {shown}%: {text}",
        ],
        "found": [
            "I opened the page on {about}. The value given there is {value}.",
            "The page about {about} says {value}.",
        ],
        "trouble": [
            "I clicked '{about}'. The page says: 404, page not found.",
            "Error: the page about {about} timed out.",
            "I could not open the page; it asks to verify that you are a human.",
        ],
        "fruitless": [
            "I scrolled down one page. It shows the menu, cookies and a login form.",
            "I typed '{about}' into the search bar. The search brings no matching results for it.",
            "I clicked 'Next'. The page shows the menu, cookies and a login form.",
        ],
        "nothing": [
            "The page shows 12% of its text. It does not contain any information on {about}.",
            "I looked at the beginning of the report and could not find anything on {about}.",
        ],
        "crash": [
            'Web surfing error:\n\nTraceback (most recent call last):\n  File "surfer.py", line 7\nTimeoutError: {about}',
            "I tried to open {about}, but the page failed to load.",
        ],
        "replan": [
            "We are stalled and make a new plan: look elsewhere for {about}.",
            "Replanning. New plan: ask Surfer for {about} again.",
        ],
        "aside": [
            "Tickets cannot be returned.",
            "If you see an error in this text, tell the webmaster.",
            "The first attempt to rebuild it failed.",
        ],
        "done": ["The request is satisfied, so we end here."],
        "answer": ["FINAL ANSWER: {value}", "The answer is {value}."],
        "no_answer": ["FINAL ANSWER: unable to determine", "I could not find the answer."],
    },
)
JUDGING_TEAM: Final = Team(
    lead="manager",
    thinker="manager (notes)",
    asks="manager",
    surfer="browser_agent",
    reader="document_agent",
    coder="engineer",
    shell="executor",
    keeps_ledger=False,
    ledger="",
    things=["stadium", "orchestra", "canal", "observatory", "archive", "ferry", "market"],
    phrases={
        "question": [
            "For the {topic}: what was the {kind} in {year} if {without} is left out?",
            "Tell me the {kind} of the {topic} as of {year} (ignore {without}).",
        ],
        "plan": [
            "Task: {question} The browser_agent will look for sources; the engineer calculates if need be.",
        ],
        "constraint": ["Only {year} counts, and leave {without} out."],
        "ask": [
            "Find {about} on the web. {wanted}",
            "Go to a page on {about} and report. {wanted}",
            "Continue on that page until {short} comes up. {wanted}",
            "Another source for {short}, please. {wanted}",
            "Check if the site has a section concerning {about}. {wanted}",
        ],
        "ask_reader": ["document_agent, read what we have on {about}."],
        "read": ["Our document on {about} mentions {value}."],
        "ask_program": ["engineer, compute the number for {about}."],
        "program": ["I will use this script.\n{code}"],
        "ask_run": ["executor, run it."],
        "output": ["exitcode: 0 (execution succeeded)\nCode output: {value}"],
        "page": [
            "Visited a page titled {about} ({year}). Visible text, {shown} percent of it: {text}",
            "Search results for {about} opened, first hit of {year}. Content ({shown}%): {text}",
        ],
        "found": [
            "According to what I read on {about}, it is {value}.",
            "Result for {about}: {value}",
        ],
        "trouble": [
            "The site on {about} answered 403, access denied.",
            "Navigation failed with an exception: net::ERR_TIMED_OUT at {about}.",
            "I was unable to load {about}.",
        ],
        "fruitless": [
            "The page lists opening hours, newsletters and a sitemap.",
            "Went one screen further: opening hours, newsletters and a sitemap.",
            "Searched again for {about}; nothing relevant among the hits.",
        ],
        "nothing": [
            "I read the first screen and there is no mention of {about} there.",
            "The first section of the document has no data on {about}, so it seems unavailable.",
        ],
        "crash": [
            'Browser exception: Traceback (most recent call last):\n  File "tab.py", line 3\nConnectionError: {about}',
            "Opening a tab for {about} ended with an error: the browser was closed.",
        ],
        "replan": [
            "This leads nowhere. Revised plan: try other sources for {about}.",
            "No progress. Let us try a different approach to {about}.",
        ],
        "aside": [
            "Dogs can't be brought along.",
            "What is wrong with our maps? Write to us.",
            "An invalid coupon was not found to be a hindrance.",
        ],
        "done": ["That is all we need."],
        "answer": ["Final answer: {value}", "{value}"],
        "no_answer": ["We were not able to answer this.", "Final answer: not found"],
    },
)
