"""`agent-inspector keys`: make, list and rotate the keys that traces are encrypted with; a key is never shown unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.tables import draw_table
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import TraceConfig, default_key_file, get_config
from agent_inspector.errors import ConfigError, InspectorError, StoreUnavailable
from agent_inspector.pipeline.key_file import read_key_file, write_key_file
from agent_inspector.pipeline.keyring_entry import write_keyring
from agent_inspector.pipeline.keys import EncryptionKey, generate_key, read_keys
from agent_inspector.store import KeyUse, open_store


class Action(str, Enum):
    """What to do with keys."""

    GENERATE = "generate"
    LIST = "list"
    ROTATE = "rotate"


def keys(  # noqa: PLR0913 (each is an option of the command)
    action: Annotated[
        Action, typer.Argument(help="generate: make a key. list: show ids. rotate: change the key.")
    ],
    resume: Annotated[
        bool, typer.Option("--resume", help="rotate: make no new key; finish with the present one.")
    ] = False,
    forget_old: Annotated[
        bool,
        typer.Option(
            "--forget-old", help="rotate: drop old keys from the key file; backups then need a copy."
        ),
    ] = False,
    show: Annotated[bool, typer.Option("--print", help="generate: print a key, and put it nowhere.")] = False,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="generate: put the key into the system's keyring.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Make, list or rotate encryption keys.

    A key file holds one key on each line: the first encrypts, all of them decrypt. It is
    TRACE_ENCRYPTION_KEY_FILE, else one in your configuration directory; keys in TRACE_ENCRYPTION_KEY come first.
    Rotating can be interrupted and resumed at any point, and the store stays readable meanwhile.

    Exit code: 0 done; 1 it could not be done; 2 a key or key file cannot be used.
    """
    if action is Action.GENERATE:
        answer, lines = _generate(show, keyring)
    elif action is Action.LIST:
        answer, lines = _list()
    else:
        answer, lines = _rotate(resume, forget_old)
    if as_json:
        say_json(answer)
        return
    for line in lines:
        say(line)
    if action is Action.LIST:
        _draw(answer["keys"])


def _generate(show: bool, keyring: bool) -> tuple[dict[str, Any], Sequence[str]]:
    key = generate_key()
    if show:
        return {"key": _text(key), "key_id": key.id.hex()}, [_text(key)]
    if keyring:
        write_keyring(_text(key))
        return {"keyring": True, "key_id": key.id.hex()}, [
            f"Put the key {key.id.hex()} into the keyring.",
            _NEXT,
        ]
    path = _key_file()
    if path.exists():
        raise InspectorError(
            f"There is a key file at {path} already; use agent-inspector keys rotate to change the key."
        )
    write_key_file(path, [_text(key)])
    lines = [
        f"Wrote the key {key.id.hex()} to {visible(str(path))}; only you can read it.",
        "Keep a copy in a safe place: without it, nobody can read what it encrypts.",
        _NEXT,
    ]
    return {"file": str(path), "key_id": key.id.hex()}, lines


_NEXT = "To encrypt from now on: export TRACE_ENCRYPTION_ENABLED=true"


def _list() -> tuple[dict[str, Any], Sequence[str]]:
    config = get_config()
    at_hand = read_keys(replace(config, encryption_enabled=True) if config.key_file else config)
    uses = {use.key_id: use.spans for use in _read_use()}
    rows = [
        {"key_id": key.id.hex(), "at_hand": True, "encrypts": not number, "spans": uses.pop(key.id.hex(), 0)}
        for number, key in enumerate(at_hand)
    ]
    rows += [
        {"key_id": key_id, "at_hand": key_id is None, "encrypts": False, "spans": spans}
        for key_id, spans in uses.items()
    ]
    file = config.key_file
    answer = {"encryption_enabled": config.encryption_enabled, "key_file": file, "keys": rows}
    state = "on" if config.encryption_enabled else "off"
    return answer, [f"Encryption: {state}", f"Key file:   {visible(file) if file else '-'}"]


def _read_use() -> Sequence[KeyUse]:
    try:
        with opened_store() as store:
            return store.read_key_use()
    except StoreUnavailable:  # keys can be listed before anything is recorded
        return []


def _draw(rows: Sequence[dict[str, Any]]) -> None:
    draw_table(
        ("key", "spans", "state"),
        [(row["key_id"] or "in clear", f"{row['spans']:,}", _state(row)) for row in rows],
    )


def _state(row: dict[str, Any]) -> str:
    if row["key_id"] is None:
        return "not encrypted"
    if not row["at_hand"]:
        return "missing: its spans cannot be read"
    return "encrypts" if row["encrypts"] else "only decrypts"


def _rotate(resume: bool, forget_old: bool) -> tuple[dict[str, Any], Sequence[str]]:
    config = _rotating_config(resume)
    with opened_store():
        pass  # a store that is missing or too new is refused here
    store = open_store(config)
    try:
        with progress_bar("Encrypting") as progress:
            rows = store.rotate_keys(progress=progress)
    finally:
        store.close()
    present = read_keys(config)[0]
    if forget_old and config.key_file:
        write_key_file(Path(config.key_file).expanduser(), [_text(present)])
    lines = [
        f"Everything is encrypted with the key {present.id.hex()} now ({rows:,} rows were changed).",
        "Programs that were recording meanwhile still use the old key: restart them, "
        "then run agent-inspector keys rotate --resume.",
    ]
    if not forget_old:
        lines.append("Old keys are kept for backups; --forget-old drops them from the key file.")
    return {"key_id": present.id.hex(), "rows": rows, "old_keys_kept": not forget_old}, lines


def _rotating_config(resume: bool) -> TraceConfig:
    """Return the configuration with the key that everything shall be encrypted with in the first place.

    A new key is on the disk before anything is encrypted with it.
    """
    config = get_config()
    if not config.encryption_enabled:
        raise ConfigError("Encryption is off; turn it on with TRACE_ENCRYPTION_ENABLED=true, then rotate.")
    known = read_keys(config)
    if not known:
        raise ConfigError("There is no key yet; make one with: agent-inspector keys generate.")
    if config.encryption_key:
        # The environment is not ours to change: its first key is the one that is wanted.
        return config
    if not config.key_file:
        raise ConfigError("Keys in the keyring are not rotated; put them into a key file first.")
    path = Path(config.key_file).expanduser()
    if not resume:
        write_key_file(path, [_text(generate_key()), *read_key_file(path)])
    return config


def _key_file() -> Path:
    return Path(get_config().encryption_key_file or default_key_file()).expanduser()


def _text(key: EncryptionKey) -> str:
    return key.secret.decode("ascii")
