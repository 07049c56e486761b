"""`agent-inspector why`: the evidence of why a run came out as it did, for a person or a coding agent."""

from __future__ import annotations

from typing import Annotated

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.json_text import to_json
from agent_inspector.model import EvidencePack
from agent_inspector.query import find_failed_run, pack_evidence, pack_text


def why(
    run_id: Annotated[
        str | None,
        typer.Argument(
            help="Id of the run, or its first digits; without it the newest failed run.", show_default=False
        ),
    ] = None,
    max_tokens: Annotated[
        int, typer.Option(min=100, max=1_000_000, help="Say no more than so many tokens.")
    ] = 2000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Say why a run came out as it did: findings with their evidence, and the step to look at first.

    No model is asked: rules read what was recorded, and each cites its evidence. Without an id: the newest
    failed run. Tokens are estimated, at four bytes to a token.

    Exit code: 0 done; 1 there is no such run.
    """
    with opened_store() as store:
        chosen = run_id or find_failed_run(store).id
        write = _as_json if as_json else pack_text
        pack = pack_evidence(store, chosen, max_tokens=max_tokens, write=write)
    if as_json:
        say_json(pack)
    else:
        say(visible(pack_text(pack), keep_lines=True).rstrip("\n"))


def _as_json(pack: EvidencePack) -> bytes:
    return to_json(pack, indent=True)
