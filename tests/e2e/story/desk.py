"""The support desk: billing is shown a part of the charges, makes up an id, and asks for the same refund again and again.

The passing twin was shown all of them.
"""

from __future__ import annotations

import json
from typing import Any, Final

from otel_bridge.record import SpanRecord
from tests.e2e.story.tape import Talk, Tape, calls, result, text, tool_of

QUESTION: Final = (
    "I was charged twice for order 48213 and the replacement lamp has not arrived. Please refund the duplicate."
    " My card ends [REDACTED:card] and you can reach me at [REDACTED:email]."
)
CLAIM: Final = (
    "Your refund of $64.50 has been issued. It reaches your card within 5 days."
    " The replacement lamp arrives Tuesday 24 November."
)
TRUE_ANSWER: Final = (
    "Your refund of $64.50 (re_81Kx) is on its way. The replacement lamp arrives Tuesday 24 November."
)
_MISSING: Final = "billing.ChargeNotFound: No charge with id 'ch_48213_2' for customer cus_90113"
_STACK: Final = f"""Traceback (most recent call last):
  File "/srv/support_desk/tools/__init__.py", line 41, in run_tool
    return await fn(**args)
  File "/srv/.venv/lib/python3.12/site-packages/tenacity/asyncio/__init__.py", line 189, in async_wrapped
    return await copy(fn, *args, **kwargs)
  File "/srv/.venv/lib/python3.12/site-packages/tenacity/asyncio/__init__.py", line 111, in __call__
    do = await self.iter(retry_state=retry_state)
  File "/srv/support_desk/tools/billing.py", line 88, in issue_refund
    charge = ledger.get(charge_id)
{_MISSING}
"""
_TURNS: Final = "MaxTurnsExceeded: limit 7 reached, the call of the last step was not run"
_TURNS_STACK: Final = f"""Traceback (most recent call last):
  File "/srv/support_desk/desk.py", line 63, in handle
    plan = await billing.run(ticket)
  File "/srv/support_desk/agents/loop.py", line 57, in run
    raise MaxTurnsExceeded(self.limit)
support_desk.{_TURNS}
"""
_KEPT: Final = 4096
"""Characters of a result that the failing desk gives to its model."""
_BILLING: Final = (
    "You handle charges and refunds. Look up before you act. Never guess ids. Amounts are in minor units."
)
_TOOLS: Final = [
    tool_of("issue_refund", "charge_id amount reason", amount="integer",
            reason={"type": "string", "enum": ["duplicate", "fraud", "requested"]}),
    tool_of("list_charges", "customer", "limit cursor", limit={"type": "integer", "default": 50}),
    tool_of("get_charge", "charge_id"),
    tool_of("list_refunds", "charge_id"),
    tool_of("escalate", "reason", "priority", priority={"type": "string", "enum": ["low", "normal", "high"]}),
    tool_of("note_ticket", "ticket text"),
]  # fmt: skip


def failed_desk(trace_id: str, started_ns: int) -> list[SpanRecord]:
    """Return the run in which the refund never came to pass."""
    return _desk(trace_id, started_ns, passes=False)


def passed_desk(trace_id: str, started_ns: int) -> list[SpanRecord]:
    """Return the run of the day before, with the same question."""
    return _desk(trace_id, started_ns, passes=True)


def _desk(trace_id: str, started_ns: int, *, passes: bool) -> list[SpanRecord]:
    commit = "71c0de4" if passes else "9b1f2ac"
    tape = Tape(trace_id, started_ns, resource={"service.name": "support-desk", "service.version": commit})
    answer = TRUE_ANSWER if passes else CLAIM
    about = {
        "gen_ai.input.messages": json.dumps([text("user", QUESTION)]),
        "gen_ai.output.messages": json.dumps([text("assistant", answer)]),
        "user.id": "u_2291",
        "session.id": "sess_7f21",
        "agent_inspector.metadata": json.dumps(
            {"tags": ["refunds"], "max_tool_chars": None if passes else _KEPT}
        ),
    }
    length = 26.6 if passes else 48.3
    ends = {} if passes else {"error": f"support_desk.{_TURNS}", "stack": _TURNS_STACK}
    root = tape.agent(None, "support-desk", 0, length, about, redactions={"card": 1, "email": 1}, **ends)
    _welcome(tape, root)
    _triage(tape, root)
    end = _billing_passes(tape, root) if passes else _billing_fails(tape, root)
    _logistics(tape, root)
    _reply(tape, root, end, answer)
    return tape.records


def _welcome(tape: Tape, root: str) -> None:
    tape.note(root, "guardrail", "pii-guard", 0.02, 0.18, {"agent_inspector.metadata": '{"passed": true, "masked": 2}'},
              redactions={"card": 1, "email": 1})  # fmt: skip
    profile = {
        "name": "Ada Brandt",
        "customer": "cus_90113",
        "since": 2019,
        "language": "en",
        "orders": 14,
        "plan": "plus",
    }
    tape.memory(root, "profile:u_2291", 0.21, profile)
    talk = Talk(tape, root, "You route tickets of a lamp shop to the right agent.", model="gpt-4o-mini")
    talk.hear(text("user", QUESTION))
    talk.ask(
        0.28,
        1.12,
        calls(("call_1a", "transfer_to_triage", {"reason": "refund + delivery"})),
        812,
        41,
        first=0.5,
    )
    tape.note(root, "agent_handoff", "triage", 1.41, 0.01, {"agent_inspector.input": QUESTION})


def _triage(tape: Tape, root: str) -> None:
    agent = tape.agent(root, "triage", 1.42, 8.94)
    talk = Talk(tape, agent, "You find out what a ticket needs, and write a plan.")
    talk.hear(text("user", QUESTION))
    talk.ask(1.45, 1.31, calls(("call_2a", "search_orders", {"order_id": "48213"})), 1204, 38)
    order = {
        "order": "48213",
        "article": "desk lamp",
        "customer": "cus_90113",
        "replacement": "sent",
        "parcel": "NX-20931",
    }
    step = tape.tool(agent, "search_orders", "call_2a", 2.78, 0.42, {"order_id": "48213"}, order)
    tape.http(step, "GET orders.internal/v2/orders/48213", 2.79, 0.38)
    talk.hear(result("call_2a", json.dumps(order)))
    talk.ask(3.24, 1.08, calls(("call_2b", "search_policy", {"q": "duplicate charge refund"})), 1502, 33)
    passages = [
        {"id": f"policy-{n}", "content": words, "score": score} for n, (words, score) in enumerate(_POLICY, 1)
    ]
    found = {"gen_ai.operation.name": "retrieval", "gen_ai.retrieval.query.text": "duplicate charge refund",
             "gen_ai.retrieval.documents": json.dumps(passages), "agent_inspector.name": "search_policy"}  # fmt: skip
    step = tape.span(agent, "retrieval search_policy", 4.34, 0.71, found)
    tape.http(step, "POST api.openai.com/v1/embeddings", 4.35, 0.4)
    talk.hear(result("call_2b", json.dumps(passages)))
    both = (
        ("call_2c", "track_parcel", {"parcel": "NX-20931"}),
        ("call_2d", "list_tickets", {"customer": "cus_90113"}),
    )
    talk.ask(5.1, 1.52, calls(*both), 2290, 71)
    tape.tool(
        agent, "track_parcel", "call_2c", 6.64, 1.24, both[0][2], {"state": "in transit", "eta": "2026-11-24"}
    )
    tape.tool(
        agent,
        "list_tickets",
        "call_2d",
        6.64,
        0.52,
        both[1][2],
        [{"id": "T-881", "state": "open"}, {"id": "T-902"}],
    )
    talk.hear(
        result("call_2c", '{"state": "in transit", "eta": "2026-11-24"}'),
        result("call_2d", '[{"id": "T-881"}]'),
    )
    talk.ask(7.94, 2.3, text("assistant", "Refund the duplicate via billing, ETA via logistics."), 2871, 164)
    tape.memory(
        agent, "plan:48213", 10.2, {"refund": "duplicate", "customer": "cus_90113", "step": 1}, write=True
    )
    tape.memory(agent, "plan:48213", 10.27, {"refund": "duplicate", "customer": "cus_90113", "delivery": "track NX-20931", "step": 2}, write=True)  # fmt: skip
    tape.note(
        root, "agent_handoff", "billing-agent", 10.36, 0.01, {"agent_inspector.input": {"plan": "plan:48213"}}
    )


def _billing(tape: Tape, root: str, took: float, kept: int, **ends: Any) -> tuple[str, Talk]:
    """Begin as both desks do: look the charges up, of which `kept` characters reach the model."""
    agent = tape.agent(root, "billing-agent", 10.38, took, **ends)
    tape.memory(agent, "plan:48213", 10.4, {"refund": "duplicate", "customer": "cus_90113"})
    talk = Talk(tape, agent, _BILLING, _TOOLS)
    talk.hear(text("user", "Refund the duplicate charge of order 48213 for cus_90113."))
    talk.ask(10.5, 1.4, calls(("call_7Qd", "list_charges", {"customer": "cus_90113"})), 2210, 44)
    charges = json.dumps({"charges": _charges()}, indent=1)
    step = tape.tool(
        agent,
        "list_charges",
        "call_7Qd",
        11.95,
        0.66,
        {"customer": "cus_90113"},
        charges,
        redactions={"card": 12},
    )
    tape.http(step, "GET billing.internal/v1/charges", 11.97, 0.62)
    talk.hear(result("call_7Qd", charges if kept >= len(charges) else charges[:kept] + "\n… [truncated]"))
    return agent, talk


def _billing_fails(tape: Tape, root: str) -> float:
    agent, talk = _billing(tape, root, 33.41, _KEPT, error=f"support_desk.{_TURNS}")
    args = {"charge_id": "ch_48213_2", "amount": 64.5, "reason": "duplicate"}
    thought = "The customer says order 48213 was charged twice. I can see one charge, ch_3QkT7f. The duplicate is probably the second charge of that order, so I will refund ch_48213_2."
    talk.ask(
        12.7,
        2.9,
        calls(("call_9Xe", "issue_refund", args), reasoning=thought),
        6104,
        212,
        cached=2048,
        reasoning=148,
    )
    _refuse(tape, agent, talk, "call_9Xe", 15.63, args)
    for turn, (at, took) in enumerate(((16.02, 3.1), (19.6, 3.9), (24.1, 5.7), (30.4, 6.3))):
        call = f"call_b{turn}"
        talk.ask(
            at, took, calls((call, "issue_refund", args)), 6481 + turn * 402, 118 + turn * 22, cached=5120
        )
        _refuse(tape, agent, talk, call, at + took + 0.05, args)
    kept = talk.said[0]
    talk.said = [
        kept,
        text(
            "user",
            "Summary of the conversation so far: charges were listed; issue_refund for order 48213 failed.",
        ),
    ]
    talk.ask(39.2, 4.4, calls(("call_c9", "issue_refund", args)), 3120, 96)
    tape.note(
        agent, "error", "MaxTurnsExceeded", 43.7, 0.05, error=f"support_desk.{_TURNS}", stack=_TURNS_STACK
    )
    return 43.9


def _refuse(tape: Tape, agent: str, talk: Talk, call: str, at: float, args: dict[str, Any]) -> None:
    step = tape.tool(agent, "issue_refund", call, at, 0.35, args, error=_MISSING, stack=_STACK)
    tape.http(step, "POST billing.internal/v1/refunds", at + 0.02, 0.3, 404)
    talk.hear(result(call, "ChargeNotFound: No charge with id 'ch_48213_2' for customer cus_90113"))


def _billing_passes(tape: Tape, root: str) -> float:
    agent, talk = _billing(tape, root, 9.1, 1_000_000)
    args = {"charge_id": "ch_3QkT9v", "amount": 6450, "reason": "duplicate"}
    talk.ask(12.7, 2.1, calls(("call_9Xe", "issue_refund", args)), 8604, 98)
    refund = {"refund": "re_81Kx", "state": "pending", "amount": 6450}
    tape.tool(agent, "issue_refund", "call_9Xe", 14.9, 0.48, args, refund)
    talk.hear(result("call_9Xe", json.dumps(refund)))
    talk.ask(15.4, 1.9, text("assistant", "Refunded 64.50, reference re_81Kx."), 8722, 31)
    return 18.2


def _logistics(tape: Tape, root: str) -> None:
    agent = tape.agent(root, "logistics", 10.42, 7.72)
    talk = Talk(tape, agent, "You find out when parcels arrive.")
    talk.hear(text("user", "When does parcel NX-20931 arrive?"))
    talk.ask(10.5, 1.2, calls(("call_5a", "track_parcel", {"parcel": "NX-20931"})), 1310, 30)
    tape.tool(
        agent,
        "track_parcel",
        "call_5a",
        11.75,
        1.18,
        {"parcel": "NX-20931"},
        {"state": "in transit", "hub": "Leeds"},
    )
    talk.hear(result("call_5a", '{"state": "in transit", "hub": "Leeds"}'))
    talk.ask(13.0, 1.3, calls(("call_5b", "estimate_delivery", {"hub": "Leeds"})), 1544, 41)
    tape.tool(
        agent,
        "estimate_delivery",
        "call_5b",
        14.35,
        0.6,
        {"hub": "Leeds"},
        {"eta": "2026-11-24", "day": "Tuesday"},
    )
    talk.hear(result("call_5b", '{"eta": "2026-11-24", "day": "Tuesday"}'))
    talk.ask(15.0, 2.9, text("assistant", "Arrives Tuesday 24 November."), 1689, 58)
    tape.memory(agent, "eta:48213", 17.95, {"eta": "2026-11-24"}, write=True)


def _reply(tape: Tape, root: str, at: float, answer: str) -> None:
    talk = Talk(tape, root, "You write to the customer: short, friendly, with what was done.")
    talk.hear(
        text("user", QUESTION),
        text("user", "Billing: done as far as possible. Logistics: arrives Tuesday 24 November."),
    )
    talk.ask(at, 3.9, text("assistant", answer), 2902, 131)
    tape.note(
        root, "guardrail", "output-guard", at + 3.95, 0.12, {"agent_inspector.metadata": '{"passed": true}'}
    )
    words = {"gen_ai.output.messages": json.dumps([text("assistant", answer)])}
    tape.note(root, "final_answer", "Final Answer", at + 4.1, 0.02, words)
    tape.memory(root, "ticket:48213", at + 4.2, {"status": "resolved", "by": "support-desk"}, write=True)


def _charges() -> list[dict[str, Any]]:
    """Twelve charges; the duplicate comes late."""
    ids = ["ch_3QkT7f", "ch_3Qa81c", "ch_3QbM2x", "ch_3QcV0p", "ch_3QdR9w", "ch_3QeK4u", "ch_3QfH6n", "ch_3QgZ1e",
           "ch_3QkT9v", "ch_3QhW5s", "ch_3QjL8y", "ch_3QmN3a"]  # fmt: skip
    orders = [48213, 47760, 47102, 46980, 46411, 45937, 45206, 44871, 48213, 44120, 43765, 43002]
    return [
        {"id": each, "order": str(order), "amount": 6450 if order == 48213 else 1899 + place * 317, "currency": "usd",
         "created": f"2026-11-{22 - place:02d}T09:1{place % 10}:04Z", "card": "[REDACTED:card]", "status": "succeeded",
         "statement": f"LAMPSHOP ORDER {order} LONDON GB", "receipt": f"https://billing.internal/receipts/{each}/{order}",
         "billing": {"city": "Leeds", "postcode": f"LS{place + 1} 4DY", "country": "GB", "method": "card_present",
                     "risk": f"normal, score {20 + place}", "captured": True, "network": "visa", "dispute": None},
         "note": "Authorised by the customer at check-out, settled with the evening batch, no follow-up needed."}
        for place, (each, order) in enumerate(zip(ids, orders, strict=True))
    ]  # fmt: skip


_POLICY: Final = (
    ("A charge that was made twice is refunded in full within 5 days.", 0.87),
    ("Replacements are sent at our cost and can be tracked.", 0.71),
    ("Refunds go to the card that was charged.", 0.66),
)
