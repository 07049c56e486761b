"""Loops: calls that come again and again and lead nowhere."""

from __future__ import annotations

from tests.synthetic.flow import Flow, lookup


def loop(flow: Flow) -> None:
    item = flow.rng.choice(flow.domain.uses[:1])
    for _ in range(flow.rng.randint(3, 6)):
        flow.run.planted |= set(flow.call(item))
    for other in flow.domain.uses[1:]:
        flow.call(other)
    flow.answer()


def failing_loop(flow: Flow) -> None:
    for item in flow.domain.uses[:-1]:
        flow.call(item)
    error = flow.rng.choice(
        [
            "ValueError: unknown field",
            "NotFound: there is no such thing",
            "PermissionError: not allowed for this role",
        ]
    )
    for _ in range(flow.rng.randint(3, 7)):
        flow.run.planted |= set(flow.call(flow.domain.uses[-1], error=error))
    flow.answer(words="I am sorry, that did not work.")


def ping_pong(flow: Flow) -> None:
    first, second = lookup(flow, "check_rules"), lookup(flow, "check_scope")
    for _ in range(flow.rng.randint(3, 5)):
        for item, result in (
            (first, {"next": "check_scope", "verdict": "unclear"}),
            (second, {"next": "check_rules", "verdict": "unclear"}),
        ):
            flow.run.planted |= set(flow.call(item, {"topic": "refunds"}, result))
    flow.answer(words="I am sorry, the rules are unclear.")
