"""A support desk that refunds a duplicate charge: what `make demo` records.

The support agent remembers the customer, looks the order up and asks the billing agent, which runs as an
agent of its own, meets a charge that does not exist, and finds the right one at the second attempt.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from agent_loop import Agent, Model, answer, openai_model
from endpoint import Endpoint, open_endpoint
from toolbox import Json, ToolFailed

from agent_inspector import trace

CUSTOMER = "Ada Brandt"
QUESTIONS = (
    "I was charged twice for order A-1042. Please give me one of the two back.",
    "Thank you! How long until the money is there?",
)
ORDERS = {"A-1042": {"article": "desk lamp", "total_cents": 4200, "charge": "ch_1042"}}
CHARGES = {"ch_9c40": 4200, "ch_9c41": 4200}
MEMORY: dict[str, Json] = {"ada.profile": {"name": CUSTOMER, "customer_since": 2019, "language": "en"}}


class ChargeNotFound(ToolFailed):
    """No charge has this id."""


def find_order(order_id: str) -> Json:
    """Look an order up."""
    time.sleep(0.04)  # the order system answers over the network
    return ORDERS.get(order_id, {})


def find_charge(charge_id: str) -> Json:
    """Look a charge up by its id."""
    time.sleep(0.02)
    if charge_id not in CHARGES:
        raise ChargeNotFound(f"There is no charge {charge_id}.")
    return {"id": charge_id, "amount_cents": CHARGES[charge_id]}


def list_charges(order_id: str) -> list[Json]:
    """List the charges of an order."""
    time.sleep(0.06)
    return [{"id": charge, "amount_cents": cents, "order": order_id} for charge, cents in CHARGES.items()]


def refund_charge(charge_id: str, amount_cents: int) -> str:
    """Give a charge, or a part of it, back."""
    time.sleep(0.09)
    return f"refund re_{charge_id[3:]} of {amount_cents} cents accepted"


@dataclass(frozen=True, slots=True)
class Desk:
    """The two agents, and the model that both think with."""

    endpoint: Endpoint
    model: Model

    def handle_ticket(self) -> None:
        """Answer a customer's questions, one after the other, in one run."""
        support = Agent(
            name="support-agent",
            instructions="You help customers of a lamp shop. Money questions go to billing.",
            model_name=self.endpoint.model,
            tools=(find_order, self.ask_billing),
        )
        messages: list[Json] = []
        with trace.run("support-agent", agent_type="support", user_id="customer-7", session_id="ticket-481"):
            profile = recall("ada.profile")
            said = ""
            for question in QUESTIONS:
                print(f"{profile['name']}: {question}")
                messages.append({"role": "user", "content": question})
                said = answer(support, self.model, messages)
            remember("ada.last_contact", {"about": "duplicate charge of A-1042", "solved": True})
            trace.final(answer=said)

    def ask_billing(self, request: str) -> str:
        """Ask the billing agent to look into charges and refunds."""
        billing = Agent(
            name="billing-agent",
            instructions="You handle charges. Verify a charge before you refund it.",
            model_name=self.endpoint.model_for("billing"),
            tools=(find_charge, list_charges, refund_charge),
        )
        with trace.run("billing-agent", agent_type="billing"):
            said = answer(billing, self.model, [{"role": "user", "content": request}])
            trace.final(answer=said)
        return said


def recall(key: str) -> Json:
    started = time.perf_counter()
    value = MEMORY[key]
    trace.memory_read(memory_key=key, memory_value=value, duration_ms=elapsed_ms(started))
    return value


def remember(key: str, value: Json) -> None:
    started = time.perf_counter()
    MEMORY[key] = value
    trace.memory_write(memory_key=key, memory_value=value, duration_ms=elapsed_ms(started))


def elapsed_ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    endpoint = open_endpoint()
    Desk(endpoint, openai_model(endpoint)).handle_ticket()
    print("\nSee the run: agent-inspector server, then http://127.0.0.1:8000/ui/")
