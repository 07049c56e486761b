"""Packs: puts the evidence of a run together, the most telling first, until the limit of tokens is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from agent_inspector.errors import InspectorError
from agent_inspector.model import (
    Candidate,
    EvidencePack,
    Finding,
    Loss,
    PackedStep,
    PackedText,
    Run,
    RunFindings,
    Step,
    StepDetail,
)
from agent_inspector.query.analysis import find_findings
from agent_inspector.query.details import get_step
from agent_inspector.query.exports.blocks import Block, blocks_of
from agent_inspector.query.packing.choosing import choose_step, steps_around
from agent_inspector.query.packing.texts import pack_text
from agent_inspector.query.runs import get_run
from agent_inspector.query.steps import list_steps
from agent_inspector.store import SpanStore

DEFAULT_TOKENS: Final = 2000
FEWEST_TOKENS: Final = 100
_BYTES_PER_TOKEN: Final = 4
_LONGEST_WORDS: Final = 160
"""Of an outcome or a headline, so that the head fits the smallest pack."""
_LONGEST_TEXT: Final = 2000
_SHORTEST_TEXT: Final = 120
_RESERVE_TOKENS: Final = 50
"""For the lines that say what was left out."""
_TELLING: Final = ("error", "arguments", "result", "assistant", "output", "input")
"""Titles of the blocks that are wanted first; then the others, the last first."""

Writer: TypeAlias = Callable[[EvidencePack], "str | bytes"]
_Step: TypeAlias = Callable[[EvidencePack], EvidencePack]


def pack_evidence(
    store: SpanStore, run_id: str, *, max_tokens: int = DEFAULT_TOKENS, write: Writer = pack_text
) -> EvidencePack:
    """Return the evidence of a run that fits into so many tokens in the form in which `write` shows it.

    Raises:
        NotFound: there is no such run.
        InspectorError: the limit is too small for this pack's head.
    """
    if max_tokens < FEWEST_TOKENS:
        raise InspectorError(
            f"A pack takes at least {FEWEST_TOKENS} tokens; raise the limit of {max_tokens}."
        )
    run = get_run(store, run_id)
    found = find_findings(store, run.id)
    steps = list_steps(store, run.id)
    pack = _head(run, found, max_tokens)
    missed: dict[str, int] = {}
    for name, add in _parts(store, run, steps, found):
        larger = add(pack)
        if _tokens(larger, write) <= max_tokens - _RESERVE_TOKENS:
            pack = larger
        elif name == "content" and (shorter := _fit(add, pack, write)) is not None:
            pack = shorter
        else:
            missed[name] = missed.get(name, 0) + 1
    return _close(replace(pack, left_out=_left_out(missed, run)), write)


def _head(run: Run, found: RunFindings, max_tokens: int) -> EvidencePack:
    suspect = found.first_suspect
    return EvidencePack(
        run_id=run.id,
        run_name=run.name[:_LONGEST_WORDS],
        status=run.status,
        outcome=_cut(run.outcome, _LONGEST_WORDS),
        headline=_cut(found.headline, _LONGEST_WORDS) if found.headline else None,
        first_suspect=replace(suspect, sentence=_cut(suspect.sentence, _LONGEST_WORDS)) if suspect else None,
        findings=(),
        candidates=(),
        ledger=(),
        step=None,
        content=(),
        timeline=(),
        left_out=(),
        estimated_tokens=max_tokens,
        max_tokens=max_tokens,
    )


def _parts(
    store: SpanStore, run: Run, steps: Sequence[Step], found: RunFindings
) -> Iterator[tuple[str, _Step]]:
    """Yield what can be added, the most telling first."""
    first, *others = found.findings or (None,)
    if first:
        yield "findings", partial(_with_finding, first)
    step = choose_step(steps, found)
    around = [_packed(item) for item in steps_around(steps, step)]
    # A run all of which is shown below needs nobody to say where to look.
    for candidate in found.candidates if not found.first_suspect and len(steps) > len(around) else ():
        yield "candidates", partial(_with_candidate, candidate)
    blocks: Sequence[Block] = ()
    if step:
        yield "step", lambda pack: replace(pack, step=_packed(step))
        blocks = _blocks(get_step(store, run.id, step.id))
    for block in blocks[:2]:
        yield "content", _adding(block)
    for loss in found.ledger:
        yield "ledger", partial(_with_loss, loss)
    for finding in others:
        yield "findings", partial(_with_finding, finding)
    yield "timeline", lambda pack: replace(pack, timeline=around)
    for block in blocks[2:]:
        yield "content", _adding(block)


def _with_finding(finding: Finding, pack: EvidencePack) -> EvidencePack:
    return replace(pack, findings=[*pack.findings, finding])


def _with_candidate(candidate: Candidate, pack: EvidencePack) -> EvidencePack:
    return replace(pack, candidates=[*pack.candidates, candidate])


def _with_loss(loss: Loss, pack: EvidencePack) -> EvidencePack:
    return replace(pack, ledger=[*pack.ledger, loss])


def _blocks(detail: StepDetail) -> Sequence[Block]:
    """Return the blocks of a step, those that tell most first, then the newest first."""
    blocks = list(blocks_of(detail))
    blocks.reverse()
    rank = {title: number for number, title in enumerate(_TELLING)}
    return sorted(blocks, key=lambda block: rank.get(block.title, len(rank)))


def _adding(block: Block, longest: int = _LONGEST_TEXT) -> _Step:
    text = PackedText(block.title, _cut(block.text, longest), len(block.text) > longest)
    return lambda pack: replace(pack, content=[*pack.content, text])


def _fit(add: _Step, pack: EvidencePack, write: Writer) -> EvidencePack | None:
    """Add the last text in the length for which there is room; None if that is too short to tell anything."""
    whole = add(pack)
    *before, text = whole.content
    room = (pack.max_tokens - _RESERVE_TOKENS - _tokens(pack, write)) * _BYTES_PER_TOKEN
    longest = min(room, len(text.text))
    while longest >= _SHORTEST_TEXT:
        cut = PackedText(text.title, _cut(text.text, longest), True)
        smaller = replace(whole, content=[*before, cut])
        if _tokens(smaller, write) <= pack.max_tokens - _RESERVE_TOKENS:
            return smaller
        longest = longest * 3 // 4
    return None


def _packed(step: Step) -> PackedStep:
    return PackedStep(step.id, step.number, step.kind, step.status, step.sentence)


def _left_out(missed: dict[str, int], run: Run) -> Sequence[str]:
    names = {"findings": "findings", "ledger": "lines of the ledger", "content": "texts of the step"}
    counts = [f"{names[name]} ({count})" for name, count in missed.items() if name in names]
    counts += ["the steps around it"] if "timeline" in missed else []
    if not counts:
        return ()
    return [f"{', '.join(counts)}; raise the limit of tokens to see them."]


def _close(pack: EvidencePack, write: Writer) -> EvidencePack:
    """State the estimate, and drop the line of what was left out where even that is too long."""
    closed = replace(pack, estimated_tokens=_tokens(pack, write))
    if closed.estimated_tokens <= pack.max_tokens:
        return closed
    if pack.left_out:
        return _close(replace(pack, left_out=()), write)
    raise InspectorError(
        f"Even the head of this pack takes {closed.estimated_tokens} tokens; raise the limit."
    )


def _tokens(pack: EvidencePack, write: Writer) -> int:
    written = write(pack)
    count = len(written.encode("utf-8", "backslashreplace") if isinstance(written, str) else written)
    return -(-count // _BYTES_PER_TOKEN)


def _cut(text: str, longest: int) -> str:
    """Keep the beginning and the end of a text."""
    if len(text) <= longest:
        return text
    half = (longest - 3) // 2
    return f"{text[:half]} … {text[len(text) - half :]}"
