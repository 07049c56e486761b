"""FrameworkRun: a run around code of an agent framework, which is listened to for as long as the run lasts."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Generic, TypeVar

from agent_inspector.trace import Trace, TraceContext, get_trace
from agent_inspector.trace.guard import harmless, say_once

T = TypeVar("T")


class FrameworkRun(Generic[T]):
    """A context manager, for `with` and `async with`; used once. Exceptions pass through it unchanged."""

    framework = ""
    """What a person calls it."""
    install = ""
    """What to pass to pip to get it."""

    def __init__(
        self,
        trace: Trace | None,
        run_name: str,
        agent_type: str,
        user_id: str | None = None,
        session_id: str | None = None,
    ) -> None:
        # A module is fine too: `from agent_inspector import trace` gives one that has the same methods.
        self.trace = trace if trace is not None else get_trace()
        self.run_name = run_name
        self._scope = self.trace.run(run_name, agent_type, user_id, session_id)
        self._run: TraceContext | None = None

    def listener(self) -> T:
        """Return what the `with` statement gives."""
        raise NotImplementedError

    def connect(self, run: TraceContext) -> None:
        """Start listening to the framework; ImportError says that it is not installed."""
        raise NotImplementedError

    def disconnect(self) -> None:
        """Stop listening, and record what is still open."""
        raise NotImplementedError

    def answer(self) -> Any:
        """Return the last answer that the framework gave; None if there is none."""
        raise NotImplementedError

    def __enter__(self) -> T:
        self._run = self._scope.__enter__()
        try:
            self.connect(self._run)
        except ImportError:
            say_missing(self.framework, self.install)
        except Exception as problem:  # noqa: BLE001  (a framework that changed must not stop the agent)
            say_once(
                f"no-{self.framework}",
                "%s cannot be listened to, so only the run itself is recorded: %s: %s",
                self.framework,
                type(problem).__name__,
                problem,
            )
        return self.listener()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._finish(exception)
        self._scope.__exit__(kind, exception, traceback)

    async def __aenter__(self) -> T:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, exception, traceback)

    @harmless
    def _finish(self, exception: BaseException | None) -> None:
        self.disconnect()
        answer = self.answer() if exception is None else None
        if self._run is not None and answer is not None and not self._run.is_answered:
            self._run.final(answer)


def say_missing(framework: str, install: str) -> None:
    """Say once that a framework is not installed, and how to get it."""
    say_once(
        f"missing-{framework}",
        "%s is not installed, so nothing of it can be recorded: pip install %s",
        framework,
        install,
    )
