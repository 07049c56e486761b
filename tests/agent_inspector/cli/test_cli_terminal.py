from __future__ import annotations

import json
import logging
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_inspector.cli.logs import SentenceFormatter
from agent_inspector.cli.show import in_tree_order
from agent_inspector.cli.terminal import duration, moment, money, size, visible
from agent_inspector.json_text import to_json
from agent_inspector.model import Step, Tokens


@given(st.text(st.characters(categories=None)))
def test_visible_text_holds_no_control_and_no_surrogate(text: str) -> None:
    shown = visible(text)

    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cs", "Zl", "Zp"}


def test_every_character_that_changes_direction_or_hides_is_written_out() -> None:
    formats = [chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) == "Cf"]

    hidden = {char for char in formats if visible(char) != char}
    assert {"\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\U000e0041"} <= hidden


def test_ordinary_text_is_left_alone() -> None:
    text = "Größe 漢字 🙂 naïve"

    assert visible(text) == text
    assert visible("a\tb\nc", keep_lines=True) == "a\tb\nc"


@pytest.mark.parametrize(
    ("ms", "shown"), [(None, "-"), (0, "0 ms"), (999, "999 ms"), (3400, "3.4 s"), (125_000, "2 min 05 s")]
)
def test_durations_read_easily(ms: float | None, shown: str) -> None:
    assert duration(ms) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (3400, "3.4 kB"), (5e12, "5.0 TB")])
def test_sizes_read_easily(count: float, shown: str) -> None:
    assert size(count) == shown


def test_what_is_unknown_is_a_dash() -> None:
    assert (moment(None), money(None)) == ("-", "-")


def test_a_clock_that_is_far_off_does_not_fail() -> None:
    assert moment(10**18) == str(10**18)


def test_a_log_line_is_one_sentence_without_a_traceback() -> None:
    try:
        raise ValueError("inner")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 1, "It failed:\x1b[2J %s", ("why",), sys.exc_info()
        )

    assert SentenceFormatter().format(record) == r"agent-inspector: It failed:\x1b[2J why"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(categories=None))
        | st.binary(),
        lambda part: st.lists(part) | st.dictionaries(st.text(st.characters(categories=None)), part),
    )
)
def test_whatever_was_recorded_becomes_json(value: object) -> None:
    json.loads(to_json(value), parse_constant=pytest.fail)


def test_deep_values_and_huge_numbers_become_json() -> None:
    deep: object = 10**6000
    for _ in range(300):
        deep = [deep]

    assert json.loads(to_json({"deep": deep}))


def _step(step_id: str, parent_id: str | None, number: int) -> Step:
    return Step(
        id=step_id, run_id="a" * 32, parent_event_id=parent_id, number=number, type="custom", kind="chain",
        name="x", sentence="x", status="completed", timestamp=0, offset_ms=0, duration_ms=1, agent=None,
        model=None, provider=None, tool_name=None, tokens=Tokens(), counted=True, cost_usd=None,
        error_type=None, error_message=None, framework=False,
    )  # fmt: skip


def test_steps_stand_below_their_parents() -> None:
    steps = [
        _step("a", None, 1),
        _step("b", "a", 2),
        _step("c", "a", 3),
        _step("d", "b", 4),
        _step("e", "gone", 5),
    ]

    placed = [(step.id, depth) for step, depth in in_tree_order(steps)]

    assert placed == [("a", 0), ("b", 1), ("d", 2), ("c", 1), ("e", 0)]


def test_steps_in_a_circle_are_shown_once() -> None:
    steps = [_step("a", "b", 1), _step("b", "a", 2), _step("c", "c", 3)]

    assert {"a", "b", "c"} == {step.id for step, _ in in_tree_order(steps)}
    assert len(list(in_tree_order(steps))) == 3
