"""Judging of steps: each expected span beside the step that is shown of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent_inspector.conformance.likeness import contains, finish, is_empty, is_kind, is_title, vendor
from agent_inspector.conformance.scores import Score
from agent_inspector.model import Json, StepReading

Expected = Mapping[str, Json]

_LOOSE: Final = frozenset({"chain", "task", "framework", "other", "message"})
"""Kinds that may be folded away."""
_MODEL_CALLS: Final = ("llm", "embedding")
_SAYING: Final = frozenset({"llm", "tool", "embedding", "retrieval", "memory", "guardrail", "handoff"})
"""Kinds of which it is judged that nothing is made up."""
_PARTS: Final = (
    ("cached_input_tokens", "cached_input"),
    ("cache_write_tokens", "cache_write"),
    ("reasoning_tokens", "reasoning"),
)
_NAMES: Final = (
    ("tool", "tool_name"),
    ("tool_call_id", "tool_call_id"),
    ("session", "session_id"),
    ("user", "user_id"),
)
_UNFINISHED: Final = ("running", "interrupted", "cancelled")


@dataclass(frozen=True, slots=True)
class StepJudge:
    """Compares the steps of one scenario, and counts in a score."""

    place: str
    spans: Sequence[Expected]
    steps: Mapping[str, StepReading]
    score: Score

    def judge(self, *, unlisted_are_noise: bool) -> None:
        """Compare every expected span, and what was not expected at all."""
        told_again = defaultdict(list)
        for span in self.spans:
            if span.get("duplicate_of"):
                told_again[span["duplicate_of"]].append(span["span_id"])
        listed = {span["span_id"] for span in self.spans}
        for span in self.spans:
            self._judge_span(span, listed, told_again.get(span["span_id"], []))
        if unlisted_are_noise:
            shown = [name for name, step in self.steps.items() if name not in listed and not step.framework]
            self.score.note("unlisted_noise", bool(self.steps) and not shown, self.place, got=len(shown))

    def _judge_span(self, span: Expected, listed: set[str], twins: Sequence[str]) -> None:
        span_id = span["span_id"]
        where = f"{self.place} {span_id} {span['raw_name']}"
        aside = bool(self.steps) and self._is_hidden(span_id) and not self._counts(span_id)
        if span.get("noise"):
            self.score.note("noise", aside, where, expected="folded or absent")
        elif span.get("pending") and span.get("pending_of") in listed:
            self.score.note("pending", aside, where, expected="merged into the finished span")
        elif span.get("pending"):
            self._judge_pending(span, where)
        elif span.get("duplicate_of"):
            once = not (self._counts(span_id) and self._counts(span["duplicate_of"]))
            is_right = bool(self.steps) and (self._is_hidden(span_id) or once)
            self.score.note("duplicate", is_right, where, expected="counted once")
        else:
            self._judge_step(span, self.steps.get(span_id), where, twins)

    def _is_hidden(self, span_id: str) -> bool:
        step = self.steps.get(span_id)
        return step is None or step.framework

    def _counts(self, span_id: str) -> bool:
        step = self.steps.get(span_id)
        return step is not None and step.counted

    def _judge_pending(self, span: Expected, where: str) -> None:
        """An announcement whose span never came is all there is: a step that has not ended."""
        step = self.steps.get(span["span_id"]) or self.steps.get(span.get("pending_of") or "")
        note = self.score.note
        status = step.status if step else None
        note("pending", status in _UNFINISHED, where, expected="running or interrupted", got=status)
        note("kind", step is not None and is_kind(span, step.kind), where, expected=span["kind"])
        if span.get("tool"):
            note("tool", step is not None and step.tool_name == span["tool"], where, expected=span["tool"])
        if span.get("input"):
            is_said = step is not None and contains(span["input"], step.input_text)
            note("input", is_said, where, expected=span["input"])

    def _judge_step(self, span: Expected, step: StepReading | None, where: str, twins: Sequence[str]) -> None:
        is_firm = span["kind"] not in _LOOSE and not {"framework", "other"} & set(span.get("kind_any", ()))
        is_shown = step is not None and not (is_firm and step.framework)
        self.score.note("shown", is_shown, where, expected="a step", got="folded" if step else "absent")
        self._judge_identity(span, step, where)
        self._judge_tokens(span, step, where)
        self._judge_counting(span, step, where, twins)
        self._judge_names(span, step, where)
        self._judge_ending(span, step, where)
        for side in ("input", "output"):
            self._judge_text(span, step, where, side)

    def _judge_identity(self, span: Expected, step: StepReading | None, where: str) -> None:
        note = self.score.note
        kind = step.kind if step else None
        note("kind", is_kind(span, kind), where, expected=span.get("kind_any") or span["kind"], got=kind)
        if span.get("title"):
            name = step.name if step else None
            note("title", is_title(span, name), where, expected=span["title"], got=name)
        if span.get("model"):
            model = step.model if step else None
            is_right = bool(model) and model in (span["model"], span.get("response_model"))
            note("model", is_right, where, expected=span["model"], got=model)
        if span.get("provider") and span["kind"] in _MODEL_CALLS:
            provider = step.provider if step else None
            is_right = vendor(provider) == vendor(span["provider"])
            note("provider", is_right, where, expected=span["provider"], got=provider)

    def _judge_tokens(self, span: Expected, step: StepReading | None, where: str) -> None:
        counts = span["kind"] in _MODEL_CALLS and span.get("counts_tokens")
        for side in ("input", "output"):
            name = f"{side}_tokens"
            if name in span:
                right = _right_tokens(span, name, counts=bool(counts))
                got = getattr(step.tokens, side) if step else None
                self.score.note(name, step is not None and got in right, where, expected=right, got=got)
        if not counts:
            return
        for name, part in _PARTS:
            if span.get(name) is not None:
                got = getattr(step.tokens, part) if step else None
                is_right = got == span[name] or (span[name] == 0 and step is not None and got is None)
                self.score.note(name, is_right, where, expected=span[name], got=got)

    def _judge_counting(
        self, span: Expected, step: StepReading | None, where: str, twins: Sequence[str]
    ) -> None:
        if "counts_tokens" not in span:
            return
        wanted, got = span["counts_tokens"], bool(step and step.counted)
        if twins and wanted:
            times = sum(self._counts(span_id) for span_id in (span["span_id"], *twins))
            self.score.note("counted", times == 1, where, expected="exactly one of the pair", got=times)
            return
        says_nothing = not wanted and span.get("input_tokens") is None
        is_right = step is not None and (got == wanted or says_nothing)
        self.score.note("counted", is_right, where, expected=wanted, got=got)

    def _judge_names(self, span: Expected, step: StepReading | None, where: str) -> None:
        for name, attribute in _NAMES:
            if span.get(name):
                got = getattr(step, attribute) if step else None
                self.score.note(name, str(got) == str(span[name]), where, expected=span[name], got=got)
        if span.get("agent"):
            agent = (step.agent if step else None) or ""
            is_right = agent.lower() == str(span["agent"]).lower()
            self.score.note("agent", is_right, where, expected=span["agent"], got=agent)

    def _judge_ending(self, span: Expected, step: StepReading | None, where: str) -> None:
        if not span.get("tool_exit_nonzero"):
            status = step.status if step else None
            is_right = step is not None and (status == "error") == span["error"]
            self.score.note("error", is_right, where, expected=span["error"], got=status)
        if span.get("finish"):
            got = step.finish_reason if step else None
            is_right = finish(got) == finish(span["finish"])
            self.score.note("finish", is_right, where, expected=span["finish"], got=got)

    def _judge_text(self, span: Expected, step: StepReading | None, where: str, side: str) -> None:
        if side not in span or span.get(f"{side}_elsewhere") or span[side] == "":
            return
        got = getattr(step, f"{side}_text") if step else None
        if span[side] is not None:
            is_right = step is not None and contains(span[side], got)
            self.score.note(side, is_right, where, expected=span[side], got=got)
        elif span["kind"] in _SAYING and not (
            span["error"] or span.get("content_in") or span.get(f"{side}_ref")
        ):
            self.score.note(side, step is not None and is_empty(got), where, got=got)


def _right_tokens(span: Expected, name: str, *, counts: bool) -> list[Json]:
    """Return every number that is right; None where nothing is known, or where another step counts."""
    stated, inclusive = span[name], span.get(f"{name}_inclusive")
    if stated is None:
        return [None]
    if counts:
        return list(span.get(f"{name}_any") or [stated if inclusive is None else inclusive])
    return [None, stated, inclusive]
