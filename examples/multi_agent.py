"""Customer support by four agents: triage routes, billing and technical work, the manager decides what they may not.

python examples/multi_agent.py                a model per agent, see MODEL_TRIAGE and its neighbours in .env.example
python examples/multi_agent.py --simulated    no model at all: the same answers out of the script; so without `openai`
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from agent_loop import Agent, Model, answer, openai_model
from endpoint import open_endpoint
from model_server.chat import answer_chat
from toolbox import Json, Tool, ToolFailed

from agent_inspector import trace

REFUND_LIMIT_EUROS = 100


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a customer asks for."""

    id: str
    subject: str
    text: str
    priority: str = "normal"


TICKETS = (
    Ticket("T-1", "Double payment", "My March invoice shows two payments of 29 euros."),
    Ticket("T-2", "Logged out", "The app logs me out every few minutes since yesterday's update."),
    Ticket("T-3", "Outages", "The third outage this month! I want my yearly fee of 348 euros back.", "high"),
)


class AboveLimit(ToolFailed):
    """The amount is more than this agent may decide about."""


def look_up_profile() -> Json:
    """Look up who the customer is."""
    return {"id": "C-204", "plan": "Pro, yearly", "since": "2023-02-01"}


def billing_history() -> list[Json]:
    """List the customer's payments."""
    return [
        {"id": "pay_12", "date": "2026-02-01", "euros": 348},
        {"id": "pay_87", "date": "2026-03-01", "euros": 29},
        {"id": "pay_88", "date": "2026-03-01", "euros": 29},
    ]


def issue_refund(payment_id: str, euros: int) -> str:
    """Give a payment back, within the limit for agents."""
    if euros > REFUND_LIMIT_EUROS:
        raise AboveLimit(f"{euros} euros are above the limit of {REFUND_LIMIT_EUROS}; ask the manager.")
    return f"{payment_id} refunded"


def approve_refund(payment_id: str, euros: int) -> str:
    """Give a payment of any amount back."""
    return f"{payment_id} refunded, {euros} euros, approved by the manager"


def read_logs() -> list[str]:
    """Read what the customer's devices reported lately."""
    return ["07:58 token expired", "08:03 token expired", "08:08 token expired"]


def reset_sessions() -> str:
    """Log the customer out of every device, once."""
    return "3 sessions closed"


ROLES: Mapping[str, tuple[str, tuple[Tool, ...]]] = {
    "triage": ("Answer with one word, the team for the request: billing or technical.", ()),
    "billing": (
        "Solve the billing problem. If it is beyond your limit, answer `ESCALATE:` and why.",
        (look_up_profile, billing_history, issue_refund),
    ),
    "technical": (
        "Solve the technical problem. If you cannot, answer `ESCALATE:` and why.",
        (look_up_profile, read_logs, reset_sessions),
    ),
    "manager": ("Decide about what your agents could not, and answer the customer.", (approve_refund,)),
}


@dataclass(frozen=True, slots=True)
class Team:
    """The agents by name, and what answers for all of them."""

    agents: Mapping[str, Agent]
    model: Model

    def solve(self, ticket: Ticket) -> str:
        """Route a ticket to an agent, and on to the manager if need be; return what the customer is told."""
        print(f"\n{ticket.id} customer: {ticket.text}")
        routed = answer(
            self.agents["triage"], self.model, [{"role": "user", "content": f"Route this: {ticket.text}"}]
        )
        owner = "billing" if "billing" in routed.lower() else "technical"
        hand_over("triage", owner, reason=f"{ticket.subject}: {owner} knows how.", ticket=ticket)
        said = self.work(owner, ticket.text)
        if said.startswith("ESCALATE:"):
            trace.agent_communication(owner, owner, said, to_agent_id="manager", to_agent_name="manager")
            hand_over(owner, "manager", reason=said, ticket=ticket)
            owner, said = (
                "manager",
                self.work("manager", f"Escalated by {owner}: {said} Customer: {ticket.text}"),
            )
        trace.task_complete(ticket.id, ticket.subject, owner, owner, success=True, result=said)
        return said

    def work(self, name: str, request: str) -> str:
        """Let one agent answer a request, in a run of its own within the ticket's."""
        with trace.run(f"{name}-agent", agent_type=name):
            said = answer(self.agents[name], self.model, [{"role": "user", "content": request}])
            trace.final(answer=said)
        return said


def hand_over(sender: str, receiver: str, *, reason: str, ticket: Ticket) -> None:
    """Record that a ticket changes hands."""
    trace.agent_handoff(
        sender,
        sender,
        receiver,
        receiver,
        handoff_reason=reason,
        context_summary=f"{ticket.id}: {ticket.text}",
    )
    trace.task_assign(
        ticket.id, ticket.subject, receiver, receiver, assigned_by_agent_id=sender, priority=ticket.priority
    )


def has_openai() -> bool:
    """Whether the package that asks real models is installed."""
    try:
        return find_spec("openai") is not None
    except ModuleNotFoundError:
        return False


def open_team(*, simulated: bool) -> Team:
    """Put the team together, each agent with the model that the settings give it."""
    if not simulated and not has_openai():
        print("The package openai is not installed: the answers come out of the script.")
        simulated = True
    endpoint = None if simulated else open_endpoint()
    agents = {
        name: Agent(name, instructions, endpoint.model_for(name) if endpoint else "simulated", tools)
        for name, (instructions, tools) in ROLES.items()
    }
    return Team(agents, openai_model(endpoint) if endpoint else lambda request: answer_chat(request).body)


def main() -> None:
    parser = argparse.ArgumentParser(description="Customer support by four agents.")
    parser.add_argument("--simulated", action="store_true", help="answer out of the script, without a model")
    team = open_team(simulated=parser.parse_args().simulated)
    with trace.run("customer-support", agent_type="multi_agent", user_id="C-204", session_id="shift-1"):
        for name, agent in team.agents.items():
            trace.agent_spawn(
                name, name, agent_role=agent.instructions, agent_config={"model": agent.model_name}
            )
            trace.agent_join(name, name, group_id="support", group_name="Customer support")
        solved = [team.solve(ticket) for ticket in TICKETS]
        for name in team.agents:
            trace.agent_leave(name, name, group_id="support", reason="The shift is over.")
        trace.final(answer=f"{len(solved)} tickets solved.")
    print("\nSee the run: agent-inspector server, then http://127.0.0.1:8000/ui/")


if __name__ == "__main__":
    main()
