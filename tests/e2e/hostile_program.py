"""Records a run in which every field of every kind of step is hostile; run as a program."""

from __future__ import annotations

from agent_inspector import trace
from tests.e2e.hostile import BEACONS, ODD_KEYS, POLLUTING, SCRIPTS

ALL = "\n".join((*SCRIPTS, *BEACONS))


class HostileError(Exception):
    """An error whose message is hostile."""


def every_kind(text: str) -> None:
    """Put one text into every field that a step has."""
    odd = {**dict.fromkeys(ODD_KEYS, text), **POLLUTING}
    messages = [
        {"role": "system", "content": text},
        {"role": "user", "content": text},
        {"role": text, "content": [odd]},
    ]
    trace.llm(text, messages, text, metadata=odd)
    trace.tool(text, odd, odd)
    trace.tool(text, [text], text)
    trace.memory_read(text, odd)
    trace.memory_write(text, odd)
    trace.error(text, text)
    trace.retrieval(text, [{"content": text, **odd}])
    trace.embedding(text, text)
    trace.guardrail(text, False, odd, reason=text, rule=text)
    trace.agent_handoff(text, text, text, text, handoff_reason=text, context_summary=text)
    trace.agent_communication(text, text, odd, to_agent_id=text, to_agent_name=text)
    trace.task_assign(text, text, text, text, task_data=odd)
    trace.task_complete(text, text, text, text, result=odd)
    trace.plan(text, odd)
    trace.final(text)


def main() -> None:
    """Record one run of every payload, and one for each that ends in an error."""
    with trace.run(ALL[:2000], agent_type=SCRIPTS[2], user_id=SCRIPTS[0], session_id=BEACONS[1]):
        every_kind(ALL)
        for payload in (*SCRIPTS, *BEACONS):
            every_kind(payload)
    for payload in (SCRIPTS[2], BEACONS[1]):
        try:
            with trace.run(payload, agent_type=payload, user_id=payload, session_id=payload):
                every_kind(payload)
                raise HostileError(payload)
        except HostileError:
            pass


if __name__ == "__main__":
    main()
