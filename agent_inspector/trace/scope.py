"""Scope: something with a beginning and an end, for `with`, `async with` and decorated functions alike.

While the code inside runs, the scope's context is the current one. A generator gives it up at every
`yield`, so that it never leaks into the code that consumes the generator.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import Token
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from opentelemetry.context import Context, attach, detach

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Scope(Generic[T]):
    """A run or a measured step. Used once; exceptions pass through it unchanged."""

    def __init__(self) -> None:
        self._token: Token[Context] | None = None

    def begin(self) -> T:
        """Start recording, and return what the `with` statement gives."""
        raise NotImplementedError

    def end(self, exception: BaseException | None) -> None:
        """Stop recording; raises nothing."""
        raise NotImplementedError

    def inside(self) -> Context | None:
        """Return the context in which the code inside runs; None leaves the current one."""
        raise NotImplementedError

    def __enter__(self) -> T:
        value = self.begin()
        context = self.inside()
        self._token = attach(context) if context is not None else None
        return value

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(exception)
        if self._token is not None:
            give_back(self._token)
            self._token = None

    async def __aenter__(self) -> T:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, exception, traceback)


def give_back(token: Token[Context]) -> None:
    """Restore the context that was current before; silently, where that was in another task or thread."""
    try:
        token.var.reset(token)
    except ValueError:
        pass  # OpenTelemetry's detach would log an error with a traceback here, once per occurrence
    except AttributeError:
        detach(token)


Opener = Callable[[tuple[Any, ...], dict[str, Any]], Scope[Any]]
"""Makes the scope of one call from its arguments."""
Closer = Callable[[Scope[Any], Any], None]
"""Tells a scope what its call returned."""


def record_calls(function: F, opener: Opener, closer: Closer) -> F:
    """Return the function with every call of it recorded: plain, async, generator or async generator."""
    # 4 ms that a program without decorators need not pay
    import inspect  # noqa: PLC0415

    if inspect.isasyncgenfunction(function):
        wrapper: Callable[..., Any] = _wrap_async_generator(function, opener)
    elif inspect.isgeneratorfunction(function):
        wrapper = _wrap_generator(function, opener)
    elif inspect.iscoroutinefunction(function):
        wrapper = _wrap_coroutine(function, opener, closer)
    else:
        wrapper = _wrap_plain(function, opener, closer)
    return cast(F, functools.wraps(function)(wrapper))


def _wrap_plain(function: Callable[..., Any], opener: Opener, closer: Closer) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with opener(args, kwargs) as scope:
            result = function(*args, **kwargs)
            closer(scope, result)
            return result

    return call


def _wrap_coroutine(function: Callable[..., Any], opener: Opener, closer: Closer) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with opener(args, kwargs) as scope:
            result = await function(*args, **kwargs)
            closer(scope, result)
            return result

    return call


def _wrap_generator(function: Callable[..., Any], opener: Opener) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        scope = opener(args, kwargs)
        scope.begin()
        generator = function(*args, **kwargs)
        advance: Callable[[], Any] = functools.partial(next, generator)
        try:
            while True:
                try:
                    with _current(scope):
                        value = advance()
                except StopIteration as stop:
                    scope.end(None)
                    return stop.value
                try:
                    advance = functools.partial(generator.send, (yield value))
                except GeneratorExit:
                    with _current(scope):
                        generator.close()
                    raise
                except BaseException as problem:  # noqa: BLE001  (thrown in by the consumer: hand it on)
                    advance = functools.partial(generator.throw, problem)
        except BaseException as problem:
            scope.end(problem)
            raise

    return call


def _wrap_async_generator(function: Callable[..., Any], opener: Opener) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        scope = opener(args, kwargs)
        scope.begin()
        generator = function(*args, **kwargs)
        advance: Callable[[], Any] = generator.__anext__
        try:
            while True:
                try:
                    with _current(scope):
                        value = await advance()
                except StopAsyncIteration:
                    scope.end(None)
                    return
                try:
                    advance = functools.partial(generator.asend, (yield value))
                except GeneratorExit:
                    with _current(scope):
                        await generator.aclose()
                    raise
                except BaseException as problem:  # noqa: BLE001  (as above)
                    advance = functools.partial(generator.athrow, problem)
        except BaseException as problem:
            scope.end(problem)
            raise

    return call


@contextmanager
def _current(scope: Scope[Any]) -> Iterator[None]:
    context = scope.inside()
    token = attach(context) if context is not None else None
    try:
        yield
    finally:
        if token is not None:
            give_back(token)
