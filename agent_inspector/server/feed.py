"""ChangeFeed: who is watching, and the one poll of the store that serves them all; asleep when nobody watches."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final, TypeAlias

import anyio.to_thread

from agent_inspector.errors import InspectorError

POLL_INTERVAL_S: Final = 0.25
MAX_WATCHERS: Final = 64
_FROM_NOW: Final = 2**62
"""A revision beyond any: asking for changes after it tells only the present one."""

_log = logging.getLogger(__name__)

ChangesSince: TypeAlias = Callable[[int], tuple[int, Sequence[str]]]
"""From the last known revision to the present one and the runs that changed in between."""


class Watcher:
    """One client's share: the runs that changed since it last asked, each once."""

    def __init__(self) -> None:
        self._changed: dict[str, None] = {}
        self._news = asyncio.Event()
        self._is_closed = False

    def tell(self, run_ids: Sequence[str]) -> None:
        """Note that these runs changed."""
        self._changed.update(dict.fromkeys(run_ids))
        self._news.set()

    def close(self) -> None:
        self._is_closed = True
        self._news.set()

    async def changes(self, *, alive_every_s: float) -> AsyncIterator[Sequence[str]]:
        """Yield changed run ids as they come, and nothing (an empty sequence) now and then; ends when closed."""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), alive_every_s)
            if self._is_closed:
                return
            self._news.clear()
            run_ids, self._changed = list(self._changed), {}
            yield run_ids


class ChangeFeed:
    """Polls while anybody watches. It lives on one event loop; only the poll itself runs in a worker thread."""

    def __init__(self, changes_since: ChangesSince, *, max_watchers: int = MAX_WATCHERS) -> None:
        self._changes_since = changes_since
        self._max_watchers = max_watchers
        self._watchers: set[Watcher] = set()
        self._poll: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def is_full(self) -> bool:
        return len(self._watchers) >= self._max_watchers

    @contextlib.contextmanager
    def watch(self) -> Iterator[Watcher]:
        """Watch until the block is left."""
        watcher = Watcher()
        if self._is_closed:
            watcher.close()
        self._watchers.add(watcher)
        if self._poll is None:
            self._poll = asyncio.get_running_loop().create_task(self._keep_polling())
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def close(self) -> None:
        """End every watcher's stream, so that the server can stop at once."""
        self._is_closed = True
        for watcher in self._watchers:
            watcher.close()

    async def _keep_polling(self) -> None:
        revision = _FROM_NOW
        while self._watchers and not self._is_closed:
            try:
                revision, run_ids = await anyio.to_thread.run_sync(self._changes_since, revision)
            except InspectorError as error:  # a locked or vanished store may come back
                _log.warning("Live updates are waiting for the store: %s", error)
                run_ids = ()
            if run_ids:
                for watcher in self._watchers:
                    watcher.tell(run_ids)
            await asyncio.sleep(POLL_INTERVAL_S)
        self._poll = None
