"""The HTML document: runs as one page that loads nothing, runs nothing, and shows text of traces only as text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from agent_inspector.model import Run, StepDetail
from agent_inspector.query.exports.blocks import blocks_of, facts_of, headline_of
from agent_inspector.query.exports.pages import Exporting

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 2rem 0 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; }
dt { color: GrayText; } dd { margin: 0; overflow-wrap: anywhere; }
details { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; margin: 0.4rem 0; }
summary { padding: 0.4rem 0.8rem; cursor: pointer; overflow-wrap: anywhere; }
.failed > summary { color: #c62828; } .framework > summary { opacity: 0.6; }
section { padding: 0 0.8rem 0.6rem; } h3 { font-size: 0.85rem; margin: 0.4rem 0 0.2rem; color: GrayText; }
pre { margin: 0; padding: 0.5rem; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext;
  background: color-mix(in srgb, currentColor 7%, transparent); border-radius: 4px; }
"""
_HEAD: Final = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Agent Inspector: exported runs</title>
<style>{_STYLE}</style>
</head>
<body>
"""
_STEERING: Final = {
    code: f"\\u{{{code:x}}}"
    for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}  # fmt: skip
"""Characters that HTML forbids, or that turn the direction of what follows them."""


def html_parts(exporting: Exporting) -> Iterator[bytes]:
    """Yield the document."""
    yield _HEAD.encode()
    for run in exporting.runs():
        yield _run_head(run).encode()
        for detail in exporting.steps(run):
            yield _step(detail).encode()
    yield b"</body>\n</html>\n"


def _run_head(run: Run) -> str:
    facts = "".join(f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>\n" for name, text in facts_of(run))
    return f"<h1>{_text(run.name)}</h1>\n<dl>\n{facts}</dl>\n"


def _step(detail: StepDetail) -> str:
    kinds = " ".join(["failed"] * (detail.step.status == "failed") + ["framework"] * detail.step.framework)
    blocks = "".join(
        f"<h3>{_text(block.title)}</h3>\n<pre>{_text(block.text)}</pre>\n" for block in blocks_of(detail)
    )
    return (
        f'<details class="{kinds}">\n<summary>{_text(headline_of(detail))}</summary>\n'
        f"<section>\n{blocks}</section>\n</details>\n"
    )


def _text(text: str) -> str:
    """Return text of a trace as HTML that is nothing but text."""
    shown = escape(text.translate(_STEERING), quote=True)
    return shown.encode("utf-8", "backslashreplace").decode()
