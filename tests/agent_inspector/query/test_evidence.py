"""What a call was given against the one before, what was cut from results, and how values are recognized."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent_inspector.query.evidence.actions import changes_something_by_name, is_empty
from agent_inspector.query.evidence.cuts import missing_of
from agent_inspector.query.evidence.deltas import compare
from agent_inspector.query.findings.schema import problems_of
from agent_inspector.query.values import find_values
from agent_inspector.query.values.arithmetic import follows

ROWS = [{"id": f"row-{number}", "note": "a few words"} for number in range(40)]


def message(role: str, words: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": words}]}


def test_a_longer_conversation_only_adds() -> None:
    before = [message("system", "s"), message("user", "q")]

    changes = compare(before, [*before, message("assistant", "a"), message("user", "r")])

    assert [(change.what, change.index) for change in changes] == [
        ("same", 0),
        ("same", 1),
        ("added", 2),
        ("added", 3),
    ]


def test_a_changed_message_is_rewritten() -> None:
    changes = compare(
        [message("system", "s"), message("user", "q")], [message("system", "t"), message("user", "q")]
    )

    assert [(change.what, change.index, change.previous) for change in changes] == [
        ("rewritten", 0, (0,)),
        ("same", 1, (1,)),
    ]


def test_one_message_for_several_is_compacted() -> None:
    before = [message("system", "s"), *(message("user", str(number)) for number in range(5))]

    changes = compare(before, [before[0], message("user", "Summary: numbers"), before[-1]])

    assert [change.what for change in changes] == ["same", "compacted", "same"]
    assert list(changes[1].previous) == [1, 2, 3, 4]


def test_a_window_that_slides_removes_the_oldest() -> None:
    before = [message("system", "s"), *(message("user", str(number)) for number in range(5))]

    changes = compare(before, [before[0], *before[3:], message("user", "new")])

    assert [change.what for change in changes] == [
        "same",
        "removed",
        "removed",
        "same",
        "same",
        "same",
        "added",
    ]


@given(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 6), max_size=12))
def test_every_message_is_told_once(before: list[int], now: list[int]) -> None:
    previous, present = ([message("user", str(number)) for number in numbers] for numbers in (before, now))

    changes = compare(previous, present)

    assert [change.index for change in changes if change.index is not None] == list(range(len(present)))
    assert sorted(index for change in changes for index in change.previous) == list(range(len(previous)))
    assert all(
        previous[c.previous[0]] == present[c.index]
        for c in changes
        if c.what == "same" and c.index is not None
    )


@pytest.mark.parametrize(
    "told",
    [
        json.dumps(ROWS)[:900],
        json.dumps(ROWS)[:900] + "… [1,200 more characters]",
        json.dumps(ROWS, indent=2)[:900] + "\n[truncated]",
        json.dumps(ROWS)[:400] + " ... " + json.dumps(ROWS)[-300:],
        ROWS[:10],
        [*ROWS[:10], "... 30 more rows"],
        "",
    ],
)
def test_a_result_that_was_cut_is_missed(told: Any) -> None:
    assert missing_of(ROWS, told)


@pytest.mark.parametrize(
    "told",
    [
        ROWS,
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        str(ROWS),
        f"Result: {json.dumps(ROWS)}",
        "There are 40 rows, all alike.",
    ],
)
def test_a_result_that_was_told_in_another_form_is_not(told: Any) -> None:
    assert missing_of(ROWS, told) is None


def test_a_field_of_a_result_is_no_cut() -> None:
    result: dict[str, Any] = {
        "status": "ok",
        "answer": "a long text about something",
        "trace": list(range(50)),
    }

    assert missing_of(result, {"status": "ok", "answer": result["answer"]}) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,234.50", "1234.5"), ("1.234,50", "1234.5"), ("$42.00", "4200 cents"), ("3.5 kg", "3500 g"), ("90 s", "1.5 min"),
        ("2 million", "2000000"), ("2026-03-04", "March 4, 2026"), ("2026-03-04", "4 Mar 2026"), ("ORD-77-A1", "ord_77_a1"),
        ("src/app/main.py", "./src/app/main.py"), ("/srv/app/src/main.py", "src/main.py"), ("https://example.com/a/", "https://www.example.com/a"),
    ],
)  # fmt: skip
def test_a_value_is_known_in_another_form(one: str, other: str) -> None:
    first, second = ({key for value in find_values(text) for key in value.keys} for text in (one, other))

    assert first & second


@pytest.mark.parametrize(
    ("one", "other"), [("42", "43"), ("ch_9c40", "ch_9c41"), ("1.5 h", "1.5 min"), ("a/b.py", "a/c.py")]
)
def test_other_values_are_not(one: str, other: str) -> None:
    first, second = (
        {key for value in find_values(text) for key in value.keys if not key.startswith("n:1.5")}
        for text in (one, other)
    )

    assert not first & second


@given(st.text(max_size=300))
def test_values_stand_where_they_are_said_to(text: str) -> None:
    assert all(text[value.start : value.end] == value.text for value in find_values(text, names=True))


def test_long_runs_of_one_letter_take_linear_time() -> None:
    for text in ("a" * 150_000, "a-" * 75_000, "1" * 150_000, "/a" * 75_000, "a." * 75_000):
        assert len(list(find_values(text, names=True))) <= 1


def test_sums_and_shares_follow_from_what_is_known() -> None:
    known = [Decimal("12.50"), Decimal(4), Decimal(80)]

    assert follows(Decimal("16.50"), known, [])
    assert follows(Decimal(50), known, [])
    assert follows(Decimal("96.50"), [], [known])
    assert not follows(Decimal(4711), known, [])


@given(
    known=st.lists(st.decimals(-10_000, 10_000, allow_nan=False, places=2).map(Decimal.normalize), min_size=2, max_size=9),
    digits=st.integers(0, 4),
    reckon=st.sampled_from(
        ( lambda a, b: a * b, lambda a, b: a / b, lambda a, b: 100 * a / b,
            lambda a, b: a * b / 100, lambda a, b: a * (1 + b / 100), lambda a, b: a * (1 - b / 100),
        )
    ),
)  # fmt: skip
def test_whatever_is_reckoned_from_two_numbers_follows_from_them(
    known: list[Decimal], digits: int, reckon: Callable[[Decimal, Decimal], Decimal]
) -> None:
    first, second = known[:2]
    assume(first and second and digits)
    number = reckon(first, second).quantize(Decimal(1).scaleb(-digits))
    assume(number not in known)

    assert follows(number, known, [])


def test_a_schema_never_fetches_and_a_broken_one_says_nothing() -> None:
    assert list(problems_of({"$ref": "http://127.0.0.1:1/schema.json"}, {})) == []
    assert list(problems_of({"type": "no such type"}, {})) == []
    assert [
        place
        for place, _ in problems_of({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": "x"})
    ] == ["/a"]


def test_empty_results_and_verbs_are_told_by_their_words() -> None:
    empty: list[Any] = [[], {}, "", "No results found.", {"results": [], "total": 0}, "0 rows"]
    full: list[Any] = ["ok", {"ok": True}, 0, [0], "No, the store is open."]

    assert all(map(is_empty, empty))
    assert not any(map(is_empty, full))
    assert changes_something_by_name("issue_refund")
    assert changes_something_by_name("sendEmail")
    assert not any(
        changes_something_by_name(name) for name in ("find_charge", "get_order", "run_query", "order_status")
    )


VALUES = (
    "May 5, 2026", "5 of March", "2026-05-05", "A-1042", "#4711", "10.0.0.1", "3.14", "$ 1 200", "1,207.35 usd",
    "https://example.org/a?b=c", "anna@example.org", "/etc/hosts", "src/main.py", "~/notes.md", "C:\\temp\\a.txt",
    "[REDACTED:email]", "`a b`", "\u201cas said\u201d", "v1.2.3", "K9",
)  # fmt: skip
WORDS = st.lists(
    st.sampled_from(
        [
            "well-known",
            "it\u2019s",
            "may",
            "the",
            "snake_case",
            "f(x)",
            "note:",
            "end.",
            "(so",
            "then)",
            "\u00fcber",
        ]
    ),
    min_size=1,
    max_size=40,
)


@given(WORDS, st.sampled_from(VALUES), WORDS)
def test_a_value_is_found_wherever_it_stands_among_words(
    before: list[str], value: str, after: list[str]
) -> None:
    alone = find_values(value)
    lead = " ".join([*before, "is", ""])

    found = find_values(f"{lead}{value} {' '.join(['and', *after])}")

    assert [(each.kind, each.text, each.keys) for each in alone] == [
        (each.kind, each.text, each.keys) for each in found
    ]
    assert [each.start + len(lead) for each in alone] == [each.start for each in found]


def test_words_alone_hold_no_value() -> None:
    assert not find_values("We may march on, as well-known (and so) it is: " * 300)
