"""Cut off: a model that stopped at its output limit, not at the end of what it had to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.texts import words_in
from agent_inspector.query.findings.seen import cite, see, subject

_LIMITS: Final = {"length", "max_tokens", "max_output_tokens", "token_limit", "model_length", "incomplete"}
_LIMIT_NAMES: Final = ("max_tokens", "max_output_tokens", "max_completion_tokens")
_TAIL: Final = 160


def find_cut_off(run: ReadRun) -> Iterator[Finding]:
    """Say which answers of models end at the limit."""
    for step in run.llm_steps:
        if step.status == "completed" and is_cut(step):
            yield _say(run, step)


def is_cut(step: ReadStep) -> bool:
    """Whether a model stopped at its limit."""
    reason = (step.finish_reason or "").strip().lower().rpartition(".")[2]
    if reason:
        return reason in _LIMITS
    limit = _limit(step)
    return limit is not None and step.tokens.output is not None and step.tokens.output >= limit > 1


def _limit(step: ReadStep) -> int | None:
    values = (step.parameters.get(name) for name in _LIMIT_NAMES)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def _say(run: ReadRun, step: ReadStep) -> Finding:
    limit = _limit(step) or step.tokens.output
    at = f" of {limit:,} tokens" if limit else ""
    is_answer = bool(run.llm_steps) and run.llm_steps[-1].id == step.id
    what = "its answer is cut off" if is_answer else "what it wrote is cut off"
    return see(
        "cut_off",
        "error" if is_answer else "warning",
        step,
        f"{subject(step)} stopped at the output limit{at} in step {step.number}: {what}.",
        evidence=[cite(step, "ends here", "/output_messages/0", words_in(step.output_messages)[-_TAIL:])],
    )
