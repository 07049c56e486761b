"""What each example promises to say and to record: the table that `test_runs` goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Recorded:
    """A run that an example leaves behind; its steps as `kind name`, indented below their parent.

    Tools in a row are in order of name.
    """

    name: str
    steps: str
    status: str = "completed"


@dataclass(frozen=True)
class Example:
    """A command line, a line of its transcript, and the runs that it records, in order of start."""

    command: str
    says: str
    runs: Sequence[Recorded]
    zero_code: bool = False
    """It does not import Agent Inspector, which is started around it instead."""

    def __str__(self) -> str:
        return self.command


def recorded(steps: str, status: str = "completed") -> Recorded:
    """Write a run the way it is drawn; its first line names it."""
    drawn = dedent(steps).strip("\n")
    name = drawn.splitlines()[0].removesuffix(" (failed)").split(" ", 1)[1]
    return Recorded(name, drawn, status)


CUSTOMER_SUPPORT = """
    agent customer-support
      agent Spawn: triage
      message Join: triage
      agent Spawn: billing
      message Join: billing
      agent Spawn: technical
      message Join: technical
      agent Spawn: manager
      message Join: manager
      llm MODEL
      handoff Handoff: triage → billing
      task Task: Double payment → billing
      agent billing-agent
        llm MODEL
        tool billing_history
        tool look_up_profile
        llm MODEL
        tool issue_refund
        llm MODEL
        final Final Answer
      task ✓ Task: Double payment
      llm MODEL
      handoff Handoff: triage → technical
      task Task: Logged out → technical
      agent technical-agent
        llm MODEL
        tool look_up_profile
        tool read_logs
        llm MODEL
        tool reset_sessions
        llm MODEL
        final Final Answer
      task ✓ Task: Logged out
      llm MODEL
      handoff Handoff: triage → billing
      task Task: Outages → billing
      agent billing-agent
        llm MODEL
        tool billing_history
        llm MODEL
        tool issue_refund (failed)
        llm MODEL
        final Final Answer
      message billing → manager
      handoff Handoff: billing → manager
      task Task: Outages → manager
      agent manager-agent
        llm MODEL
        tool approve_refund
        llm MODEL
        final Final Answer
      task ✓ Task: Outages
      message Leave: triage
      message Leave: billing
      message Leave: technical
      message Leave: manager
      final Final Answer
"""

EXAMPLES = (
    Example(
        "basic_tracing.py",
        says="I recommend United for $320",
        runs=[
            recorded("""
                agent flight_search
                  memory user123.preferences
                  llm gpt-4
                  tool search_flights
                  agent fare_comparison
                    llm gpt-4
                    final Final Answer
                  memory user123.last_search
                  final Final Answer
            """)
        ],
    ),
    Example(
        "error_handling.py",
        says="the live rate failed",
        runs=[
            recorded("""
                agent error_recovered
                  tool fetch_rate (failed)
                  tool fetch_rate
                  error StaleRate (failed)
                  final Final Answer
            """),
            recorded(
                """
                agent error_left_the_run (failed)
                  llm gpt-4
                  error ConnectionError (failed)
                """,
                status="failed",
            ),
        ],
    ),
    Example(
        "nested_agents.py",
        says="Confirmation: CONF-12345",
        runs=[
            recorded("""
                agent planning_agent
                  llm gpt-4
                  agent booking_agent
                    tool book_flight
                    final Final Answer
                  final Final Answer
            """)
        ],
    ),
    Example(
        "memory_agent.py",
        says="before that, you looked for SFO to JFK",
        runs=[
            recorded("""
                agent memory_agent
                  memory preferences
                  memory last_search
                  memory last_search
                  final Final Answer
            """)
        ]
        * 2,
    ),
    Example(
        "custom_adapter.py",
        says="100 euros are 108 dollars",
        runs=[
            recorded("""
                agent tiny_framework
                  llm gpt-4
                  tool exchange_rate
                  final Final Answer
            """)
        ],
    ),
    Example(
        "async_agents.py",
        says="Tin cries",
        runs=[
            recorded(f"""
                agent {metal}_researcher
                  llm gpt-4o-mini
                  final Final Answer
            """)
            for metal in ("copper", "tin", "zinc")
        ],
    ),
    Example(
        "streaming.py",
        says="nitrogen in blue and violet",
        runs=[
            recorded("""
                agent streaming_agent
                  llm gpt-4o-mini
                  final Final Answer
            """)
        ],
    ),
    Example(
        "demo_agent.py",
        says="ChargeNotFound: There is no charge ch_1042.",
        runs=[
            recorded("""
                agent support-agent
                  memory ada.profile
                  llm gpt-4o-mini
                  tool find_order
                  llm gpt-4o-mini
                  tool ask_billing
                  agent billing-agent
                    llm gpt-4o-mini
                    tool find_charge (failed)
                    llm gpt-4o-mini
                    tool list_charges
                    llm gpt-4o-mini
                    tool refund_charge
                    llm gpt-4o-mini
                    final Final Answer
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  memory ada.last_contact
                  final Final Answer
            """)
        ],
    ),
    Example(
        "multi_agent.py",
        says="manager: Three outages in a month",
        runs=[recorded(CUSTOMER_SUPPORT.replace("MODEL", "gpt-4o-mini"))],
    ),
    Example(
        "multi_agent.py --simulated",
        says="manager: Three outages in a month",
        runs=[recorded(CUSTOMER_SUPPORT.replace("MODEL", "simulated"))],
    ),
    Example(
        "real_agent.py",
        says="13 * (7 + 5) is 156.",
        runs=[
            recorded("""
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate
                  llm gpt-4o-mini
                  final Final Answer
            """)
        ],
    ),
    Example(
        "real_agent.py --suite",
        says="26.2 miles are 42.16 kilometres.",
        runs=[
            recorded("""
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate
                  llm gpt-4o-mini
                  final Final Answer
            """),
            recorded("""
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate (failed)
                  llm gpt-4o-mini
                  final Final Answer
            """),
            recorded("""
                agent real_agent
                  llm gpt-4o-mini
                  tool convert_length (failed)
                  llm gpt-4o-mini
                  tool convert_length
                  llm gpt-4o-mini
                  final Final Answer
            """),
            recorded("""
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate
                  tool count_words
                  llm gpt-4o-mini
                  final Final Answer
            """),
            recorded("""
                agent real_agent
                  llm gpt-4o-mini
                  final Final Answer
            """),
        ],
    ),
    Example(
        "openai_agent.py",
        says="Keep an umbrella at hand.",
        runs=[
            recorded("""
                agent openai_agent.py
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  llm gpt-4o-mini
            """)
        ],
        zero_code=True,
    ),
    Example(
        "langchain_agent.py",
        says="I reserved 30 blue lamps",
        runs=[
            recorded("""
                agent langchain_agent.py
                  agent warehouse
                    llm gpt-4o-mini
                    tool check_stock
                    tool shipping_days
                    llm gpt-4o-mini
                  agent warehouse
                    llm gpt-4o-mini
                    tool reserve
                    llm gpt-4o-mini
                    tool reserve
                    llm gpt-4o-mini
            """)
        ],
        zero_code=True,
    ),
)
