"""ToldCalls: what both halves of a callback by hand share, a model call that begins in one method and ends in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent_inspector.adapters import calls
from agent_inspector.trace import Trace, get_trace
from agent_inspector.trace.guard import say_once
from agent_inspector.trace.measured import LLMCall

_MAX_PENDING: Final = 1000


def name_of(agent: Any) -> str:
    """Return what to call an agent or a task that is given as an object or as its name."""
    if isinstance(agent, str):
        return agent
    stated = (getattr(agent, field, None) for field in ("name", "role", "description"))
    return next((text for text in stated if isinstance(text, str) and text), type(agent).__name__)


def id_of(agent: Any) -> str:
    """Return the id of an agent or a task; one without an id is known by its name."""
    stated = getattr(agent, "id", None) or getattr(agent, "agent_id", None)
    return str(stated) if stated is not None else name_of(agent)


def field_of(value: Any, name: str) -> Any:
    """Return a field of a dict or of an object; None without one."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


class ToldCalls:
    """Model calls that are under way, one an agent, in the run that is active where they are told."""

    def __init__(self, trace: Trace | None) -> None:
        self._trace = trace
        self._pending: dict[str, LLMCall] = {}

    @property
    def trace(self) -> Trace:
        """Where to record."""
        return self._trace if self._trace is not None else get_trace()

    def start_model(self, agent: Any, model: str, prompt: Any, **fields: Any) -> None:
        """Record that an agent asks a model."""
        run = self.trace.get_active_context()
        if run is None:
            say_once("no-run", "A callback recorded nothing: it is called outside of a run.")
            return
        if len(self._pending) >= _MAX_PENDING:
            self._pending.pop(next(iter(self._pending))).end(None)
        call = calls.model_call(run, model, prompt, {"agent_name": name_of(agent), **fields})
        self._pending[id_of(agent)] = call.begin()

    def end_model(self, agent: Any, response: Any, **fields: Any) -> None:
        """Record what the model answered; without its beginning, as a call whose duration is unknown."""
        call = self._pending.pop(id_of(agent), None)
        if call is None:
            model = fields.pop("model", None) or "unknown model"
            self.trace.llm(model, None, response, agent_name=name_of(agent), **fields)
            return
        fields.pop("model", None)
        call.set(**{name: value for name, value in fields.items() if value is not None})
        call.response = response
        call.end(None)
