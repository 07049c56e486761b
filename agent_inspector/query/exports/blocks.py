"""Blocks: what a person wants to read of a step, as titled texts, whatever document they go into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple

from agent_inspector.json_text import to_json
from agent_inspector.model import Run, StepDetail


class Block(NamedTuple):
    """A text with a title."""

    title: str
    text: str


def blocks_of(detail: StepDetail) -> Iterator[Block]:
    """Return the content of a step in the order in which it happened."""
    content = detail.content
    for part in content.system_instructions or ():
        yield Block("system", _part_text(part))
    for message in [*(content.input_messages or ()), *(content.output_messages or ())]:
        yield Block(str(_field(message, "role") or "message"), _message_text(message))
    values = {
        "arguments": content.tool_arguments,
        "result": content.tool_result,
        "input": content.input_value,
        "output": content.output_value,
    }
    for title, value in values.items():
        if value is not None:
            yield Block(title, text_of(value))
    if detail.error is not None:
        parts = (detail.error.type, detail.error.message, detail.error.stack_trace)
        yield Block("error", "\n".join(part for part in parts if part) or "failed")


def facts_of(run: Run) -> Iterator[tuple[str, str]]:
    """Return what is known of a run, as pairs of name and text."""
    yield "Status", run.status
    yield "Outcome", run.outcome.replace("**", "").replace("`", "")
    yield "Run id", run.id
    yield "Started", moment(run.started_at)
    if run.duration_ms is not None:
        yield "Took", f"{run.duration_ms / 1000:,.3f} s"
    yield (
        "Steps",
        f"{run.step_count:,} ({run.llm_calls:,} LLM, {run.tool_calls:,} tool, {run.error_count:,} errors)",
    )
    tokens = [str(count) for count in (run.tokens.input, run.tokens.output) if count is not None]
    if tokens:
        yield "Tokens", " + ".join(tokens)
    if run.cost_usd is not None:
        yield "Cost", f"${run.cost_usd:.4f}"


def headline_of(detail: StepDetail) -> str:
    """Return one line that tells a step from the others."""
    step = detail.step
    took = "" if step.duration_ms is None else f", {step.duration_ms:,.0f} ms"
    return f"{step.number}. {step.kind}: {step.name} ({step.status}{took})"


def moment(time_ms: int) -> str:
    """Write a time in UTC."""
    try:
        return datetime.fromtimestamp(time_ms / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):  # a clock that was far off
        return str(time_ms)


def text_of(value: Any) -> str:
    """Return a text as it is, anything else as indented JSON."""
    return value if isinstance(value, str) else to_json(value, indent=True).decode("utf-8")


def _message_text(message: Any) -> str:
    parts = _field(message, "parts")
    if not isinstance(parts, (list, tuple)):
        return text_of(message)
    return "\n".join(_part_text(part) for part in parts)


def _part_text(part: Any) -> str:
    content = _field(part, "content")
    return content if isinstance(content, str) else text_of(part)


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
