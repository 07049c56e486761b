"""What each example promises to say and to record: the table that `test_runs` goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dirty_equals import IsPositiveInt, IsTuple

from tests.examples.recordings import Recorded, customer_support, recorded


@dataclass(frozen=True)
class Example:
    """A command line, a line of its transcript, and the runs that it records, in order of start."""

    command: str
    says: str
    runs: Sequence[Recorded]
    zero_code: bool = False
    """It does not import Agent Inspector, which is started around it instead."""
    variables: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([*(f"{name}={value}" for name, value in self.variables.items()), self.command])


EXAMPLES = (
    Example(
        "basic_tracing.py",
        says="I recommend United for $320",
        runs=[
            recorded(
                """
                agent flight_search
                  memory user123.preferences
                  llm gpt-4
                  tool search_flights
                  agent fare_comparison
                    llm gpt-4
                    final Final Answer
                  memory user123.last_search
                  final Final Answer
            """,
                tokens=(24, 8),
            )
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
            recorded(
                f"""
                agent {metal}_researcher
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=tokens,
            )
            for metal, tokens in (("copper", (18, 15)), ("tin", (17, 13)), ("zinc", (17, 11)))
        ],
    ),
    Example(
        "streaming.py",
        says="nitrogen in blue and violet",
        runs=[
            recorded(
                """
                agent streaming_agent
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(15, 55),
            )
        ],
    ),
    Example(
        "demo_agent.py",
        says="ChargeNotFound: There is no charge ch_1042.",
        runs=[
            recorded(
                """
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
            """,
                tokens=(2629, 172),
            )
        ],
    ),
    Example(
        "multi_agent.py",
        says="manager: Three outages in a month",
        runs=[customer_support()],
    ),
    Example(
        "multi_agent.py --simulated",
        says="manager: Three outages in a month",
        runs=[customer_support(default="simulated", tokens=(3550, 220))],
    ),
    Example(
        "multi_agent.py",
        says="manager: Three outages in a month",
        runs=[
            customer_support(
                default="big", TRIAGE="small", BILLING="accountant", TECHNICAL="engineer", MANAGER="boss"
            )
        ],
        variables={
            "OPENAI_MODEL": "big",
            "MODEL_TRIAGE": "small",
            "MODEL_BILLING": "accountant",
            "MODEL_TECHNICAL": "engineer",
            "MODEL_MANAGER": "boss",
        },
    ),
    Example(
        "multi_agent.py",
        says="manager: Three outages in a month",
        runs=[customer_support(default="big", BILLING="accountant")],
        variables={"OPENAI_MODEL": "big", "MODEL_BILLING": "accountant"},
    ),
    Example(
        "real_agent.py",
        says="13 * (7 + 5) is 156.",
        runs=[
            recorded(
                """
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(544, 16),
            )
        ],
    ),
    Example(
        "real_agent.py --suite",
        says="26.2 miles are 42.16 kilometres.",
        runs=[
            recorded(
                """
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(544, 16),
            ),
            recorded(
                """
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate (failed)
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(551, 27),
            ),
            recorded(
                """
                agent real_agent
                  llm gpt-4o-mini
                  tool convert_length (failed)
                  llm gpt-4o-mini
                  tool convert_length
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(983, 51),
            ),
            recorded(
                """
                agent real_agent
                  llm gpt-4o-mini
                  tool calculate
                  tool count_words
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(617, 34),
            ),
            recorded(
                """
                agent real_agent
                  llm gpt-4o-mini
                  final Final Answer
            """,
                tokens=(242, 55),
            ),
        ],
    ),
    Example(
        "openai_agent.py",
        says="Keep an umbrella at hand.",
        runs=[
            recorded(
                """
                agent openai_agent.py
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  llm gpt-4o-mini
                  llm gpt-4o-mini
            """,
                tokens=(2311, 173),
            )
        ],
        zero_code=True,
    ),
    Example(
        "langchain_agent.py",
        says="I reserved 30 blue lamps",
        runs=[
            recorded(
                """
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
            """,
                tokens=IsTuple(IsPositiveInt, IsPositiveInt),
            )
        ],
        zero_code=True,
    ),
)
