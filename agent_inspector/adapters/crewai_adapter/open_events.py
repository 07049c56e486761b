"""OpenEvents: what CrewAI has begun and not ended, as steps that begin and end when its events say so."""

from __future__ import annotations

from typing import Any

from agent_inspector.adapters.calls import Branch, grow, placed
from agent_inspector.adapters.crewai_adapter import readings
from agent_inspector.adapters.open_calls import OpenCalls
from agent_inspector.trace import TraceContext
from agent_inspector.trace.measured import MeasuredStep


class OpenEvents:
    """The open events of one run, by their ids; those that are not shown give their place to what is in them."""

    def __init__(self, run: TraceContext) -> None:
        self.run = run
        self.answer: Any = None
        """What the crew has worked out."""
        self._calls = OpenCalls()

    def above(self, event: Any) -> Branch:
        """Return where what an event tells hangs."""
        found = self._calls.find(event.parent_event_id)
        return found if found is not None else Branch(self.run, self.run.context)

    def is_outermost(self, event: Any) -> bool:
        """Whether nothing that is open encloses this."""
        return self._calls.find(event.parent_event_id) is None

    def begin(self, event: Any, step: MeasuredStep, *, agent: str | None = None, key: str = "") -> Branch:
        """Begin a step when the event says."""
        step.began_ns = readings.time_ns(event)
        branch = grow(self.above(event), step, agent)
        branch.label = event.type
        self._calls.add(key or event.event_id, branch, event.parent_event_id)
        return branch

    def pass_over(self, event: Any, agent: str | None = None) -> None:
        """Open an event that is not shown itself."""
        above = self.above(event)
        branch = Branch(above.run, above.context, agent or above.agent, label=event.type)
        self._calls.add(event.event_id, branch, event.parent_event_id)

    def find(self, key: str | None) -> Branch | None:
        """Return what is open under an id."""
        return self._calls.find(key)

    def take(self, event: Any) -> Branch | None:
        """Remove what an event ends, unless the event points at something that it cannot end."""
        branch = self._calls.find(event.started_event_id)
        if branch is None or branch.label != readings.beginning_of(event.type):
            return None
        return self._calls.take(event.started_event_id)

    def end(self, event: Any, branch: Branch | None) -> None:
        """End a step when and how the event says."""
        if branch is None or branch.step is None:
            return
        output, problem = readings.outcome_of(event)
        branch.step.ended_ns = max(readings.time_ns(event), branch.step.began_ns or 0)
        branch.step.output = output
        if problem is not None:
            branch.step.fail(problem)
        branch.close(None)

    def end_call(self, event: Any) -> None:
        """End a model call: by its own id, as after a failure the event ids can point at the wrong beginning."""
        branch = self._calls.take(event.call_id)
        if branch is not None and branch.step is not None:
            branch.step.set(**readings.ending_of(event))
            self.end(event, branch)

    def note(self, event: Any, call: str, *args: Any, **fields: Any) -> None:
        """Record an instant step of the run by the name of its call."""
        with placed(self.above(event)) as run:
            fields.setdefault("timestamp_ms", readings.time_ms(event))
            getattr(run, call)(*args, **fields)

    def close(self) -> None:
        """End whatever is still open."""
        self._calls.close_all()
