"""The Markdown document: runs to read, to paste into an issue, or to show to a model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Run, StepDetail
from agent_inspector.query.exports.blocks import Block, blocks_of, facts_of, headline_of
from agent_inspector.query.exports.pages import Exporting

_FENCE: Final = re.compile(r"`{3,}")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|!&~])")


def markdown_parts(exporting: Exporting) -> Iterator[bytes]:
    """Yield the document."""
    for number, run in enumerate(exporting.runs()):
        yield (("\n---\n\n" if number else "") + _run_head(run)).encode("utf-8", "backslashreplace")
        for detail in exporting.steps(run):
            yield _step(detail).encode("utf-8", "backslashreplace")


def _run_head(run: Run) -> str:
    facts = "".join(f"- {name}: {_plain(text)}\n" for name, text in facts_of(run))
    return f"# {_plain(run.name)}\n\n{facts}\n"


def _step(detail: StepDetail) -> str:
    blocks = "".join(_block(block) for block in blocks_of(detail))
    return f"## {_plain(headline_of(detail))}\n\n{blocks}"


def _block(block: Block) -> str:
    """Fence a text with more backticks than it holds in a row, so that nothing in it is Markdown."""
    longest = max((len(run) for run in _FENCE.findall(block.text)), default=2)
    fence = "`" * (longest + 1)
    return f"**{_plain(block.title)}**\n\n{fence}text\n{block.text}\n{fence}\n\n"


def _plain(text: str) -> str:
    r"""Return text of a trace on one line, in which no character has a meaning: `\*`."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
