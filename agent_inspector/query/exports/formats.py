"""The formats, and the one way to all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias, get_args

from agent_inspector.query.exports.html import html_parts
from agent_inspector.query.exports.json_document import json_parts
from agent_inspector.query.exports.markdown import markdown_parts
from agent_inspector.query.exports.otlp import otlp_parts
from agent_inspector.query.exports.pages import Exporting
from agent_inspector.store import SpanStore

ExportFormat: TypeAlias = Literal["json", "otlp", "md", "html"]
FORMATS: Final[tuple[str, ...]] = get_args(ExportFormat)

_PARTS: Final[Mapping[str, Callable[[Exporting], Iterator[bytes]]]] = {
    "json": json_parts,
    "otlp": otlp_parts,
    "md": markdown_parts,
    "html": html_parts,
}


def export_parts(
    store: SpanStore,
    run_ids: Iterable[str],
    form: ExportFormat,
    *,
    is_list: bool = False,
    on_run: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """Yield a document that holds these runs, nothing left out, as UTF-8 text.

    `json` has the original's shape: one run, or with `is_list` several, and what other tools of its kind take.
    `otlp` holds every attribute exactly, for other OpenTelemetry tools and for `import`. `md` and `html` are for
    people; the page is one file without scripts, in which text of traces is only ever text.

    Raises:
        NotFound: there is no such run.
        KeyMissing: content is encrypted with a key that is not at hand.
    """
    return _PARTS[form](Exporting(store, run_ids, is_list, on_run))
