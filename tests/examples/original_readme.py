"""The programs that the README of koladilip/ai-agent-inspector 1.1.2 (MIT licence) prints, word for word, and what each records.

People who come from there paste these. They are texts, not modules: nothing may correct them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.examples.recordings import Recorded, recorded


@dataclass(frozen=True)
class Program:
    """A program of the README and the runs that it records, in order of start."""

    title: str
    text: str
    runs: Sequence[Recorded]
    said: Sequence[Mapping[str, Any]] = ()
    """For each step below the roots, in order of start: fields that its event holds."""

    def __str__(self) -> str:
        return self.title


GET_STARTED = """
from agent_inspector import trace
with trace.run("my_first_trace"):
    trace.llm(model="gpt-4", prompt="Hi", response="Hello!")
    trace.final(answer="Done.")
"""

QUICK_START = """
from agent_inspector import trace
# Wrap your agent execution in a trace context
with trace.run("my_agent"):
    # Your agent code here
    trace.llm(
        model="gpt-4",
        prompt="What is the capital of France?",
        response="The capital of France is Paris."
    )
    trace.tool(
        tool_name="search",
        tool_args={"query": "capital of France"},
        tool_result="Paris"
    )
    trace.final(answer="The capital of France is Paris.")
"""

CUSTOM_CONFIGURATION = r"""
from agent_inspector import TraceConfig, set_config
config = TraceConfig(
    sample_rate=1.0, # Trace all runs
    only_on_error=False,
    redact_keys=["password", "api_key", "secret"],
    redact_patterns=[
        r"\b\d{3}-\d{2}-\d{4}\b", # SSN
        r"\b\d{4}[-\s]?\d{4}[-\s]?\d{4}[-\s]?\d{4}\b", # Credit card
    ],
    encryption_enabled=False,
    compression_enabled=True,
    compression_level=6,
    queue_size=1000,
    batch_size=50,
    db_path="custom_inspector.db",
    retention_days=30,
)
set_config(config)
"""

BASIC = """
from agent_inspector import trace
def search_flights_agent(user_query):
    with trace.run("flight_search", user_id="user123"):
        # Agent decides which tool to use
        trace.llm(
            model="gpt-4",
            prompt=f"User: {user_query}. Which tool should I use?",
            response="Use the search_flights tool."
        )
        # Tool execution
        trace.tool(
            tool_name="search_flights",
            tool_args={"query": user_query},
            tool_result={
                "flights": [
                    {"airline": "Delta", "price": "$350"},
                    {"airline": "United", "price": "$320"},
                ]
            }
        )
        # Agent processes results
        trace.llm(
            model="gpt-4",
            prompt=f"Found 2 flights. Which should I recommend?",
            response="Recommend United for $320, it's cheaper."
        )
        # Final answer
        trace.final(
            answer="I recommend United Airlines for $320. It's the cheapest option."
        )
# Run the agent
search_flights_agent("Find flights from SFO to JFK")
"""

ERROR_HANDLING = """
from agent_inspector import trace
with trace.run("error_demo"):
    try:
        # Successful operation
        trace.llm(
            model="gpt-4",
            prompt="What is 2+2?",
            response="4"
        )
        # Tool that fails
        trace.tool(
            tool_name="broken_tool",
            tool_args={"input": "test"},
            tool_result="Error: Connection timeout"
        )
        # Log the error
        trace.error(
            error_type="ConnectionError",
            error_message="Tool failed to connect",
            critical=False
        )
        # Continue with fallback
        trace.tool(
            tool_name="fallback_tool",
            tool_args={"input": "test"},
            tool_result="success"
        )
    except Exception as e:
        # Log unexpected errors
        trace.error(
            error_type=type(e).__name__,
            error_message=str(e),
            critical=True
        )
        raise
"""

NESTED = """
from agent_inspector import trace
# Main agent
with trace.run("planning_agent", user_id="user123") as main_ctx:
    trace.llm(
        model="gpt-4",
        prompt="User wants to book a flight. Should I delegate?",
        response="Yes, delegate to booking agent."
    )
    # Sub-agent (nested)
    with trace.run("booking_agent", session_id="booking_456"):
        trace.tool(
            tool_name="book_flight",
            tool_args={"flight_id": "UA123"},
            tool_result={"status": "confirmed", "confirmation": "CONF-12345"}
        )
        trace.final(answer="Flight booked successfully!")
    # Main agent continues
    trace.final(answer="I've booked your flight. Confirmation: CONF-12345")
"""

ASYNC = """
import asyncio
from agent_inspector import trace
async def agent_task(name: str, query: str):
    with trace.run(name):
        trace.llm(model="gpt-4", prompt=query, response=f"Processed: {query}")
        trace.final(answer=f"Done: {query}")
        return name
async def main():
    results = await asyncio.gather(
        agent_task("agent_1", "Query A"),
        agent_task("agent_2", "Query B"),
    )
    return results
asyncio.run(main())
"""

MEMORY = """
from agent_inspector import trace
with trace.run("memory_agent"):
    # Read from memory
    trace.memory_read(
        memory_key="user_preferences",
        memory_value={"preferred_airline": "Delta", "seat": "window"},
        memory_type="key_value"
    )
    # Write to memory
    trace.memory_write(
        memory_key="last_search",
        memory_value={"query": "SFO to JFK", "timestamp": 1234567890},
        memory_type="key_value",
        overwrite=True
    )
    trace.final(answer="I found your preferences and remembered your search.")
"""

CUSTOM_ADAPTER = """
from agent_inspector import trace, get_trace
class CustomAdapter:
    def __init__(self, trace_instance=None):
        self.trace = trace_instance or get_trace()
    def on_llm_call(self, model: str, prompt: str, response: str):
        context = self.trace.get_active_context()
        if context:
            context.llm(model=model, prompt=prompt, response=response)
    def on_tool_call(self, tool_name: str, tool_args: dict, tool_result: str):
        context = self.trace.get_active_context()
        if context:
            context.tool(tool_name=tool_name, tool_args=tool_args, tool_result=tool_result)
# Use: always run inside trace.run() so get_active_context() returns a context
with trace.run("my_agent"):
    adapter = CustomAdapter()
    adapter.on_llm_call("gpt-4", "Hello", "Hi there!")
"""

PROGRAMS = (
    Program(
        "get started",
        GET_STARTED,
        [
            recorded("""
                agent my_first_trace
                  llm gpt-4
                  final Final Answer
            """)
        ],
        said=[{"model": "gpt-4", "prompt": "Hi", "response": "Hello!"}, {"answer": "Done."}],
    ),
    Program(
        "quick start",
        QUICK_START,
        [
            recorded("""
                agent my_agent
                  llm gpt-4
                  tool search
                  final Final Answer
            """)
        ],
        said=[
            {
                "prompt": "What is the capital of France?",
                "response": "The capital of France is Paris.",
                "status": "completed",
            },
            {
                "tool_name": "search",
                "tool_args": {"query": "capital of France"},
                "tool_result": "Paris",
                "output": {"tool_result": "Paris"},
            },
            {"answer": "The capital of France is Paris.", "success": True},
        ],
    ),
    Program(
        "basic",
        BASIC,
        [
            recorded("""
                agent flight_search
                  llm gpt-4
                  tool search_flights
                  llm gpt-4
                  final Final Answer
            """)
        ],
        said=[
            {"prompt": "User: Find flights from SFO to JFK. Which tool should I use?"},
            {
                "tool_args": {"query": "Find flights from SFO to JFK"},
                "tool_result": {
                    "flights": [
                        {"airline": "Delta", "price": "$350"},
                        {"airline": "United", "price": "$320"},
                    ]
                },
            },
            {"response": "Recommend United for $320, it's cheaper."},
            {"answer": "I recommend United Airlines for $320. It's the cheapest option."},
        ],
    ),
    Program(
        "error handling",
        ERROR_HANDLING,
        [
            recorded("""
                agent error_demo
                  llm gpt-4
                  tool broken_tool
                  error ConnectionError (failed)
                  tool fallback_tool
            """)
        ],
        said=[
            {"prompt": "What is 2+2?", "response": "4"},
            {"tool_result": "Error: Connection timeout"},
            {
                "error_type": "ConnectionError",
                "error_message": "Tool failed to connect",
                "critical": False,
            },
            {"tool_name": "fallback_tool", "tool_result": "success"},
        ],
    ),
    Program(
        "nested",
        NESTED,
        [
            recorded("""
                agent planning_agent
                  llm gpt-4
                  agent booking_agent
                    tool book_flight
                    final Final Answer
                  final Final Answer
            """)
        ],
        said=[
            {"response": "Yes, delegate to booking agent."},
            {"run_name": "booking_agent", "session_id": "booking_456"},
            {"tool_result": {"status": "confirmed", "confirmation": "CONF-12345"}},
            {"answer": "Flight booked successfully!"},
            {"answer": "I've booked your flight. Confirmation: CONF-12345"},
        ],
    ),
    Program(
        "async",
        ASYNC,
        [
            recorded(f"""
                agent agent_{number}
                  llm gpt-4
                  final Final Answer
            """)
            for number in (1, 2)
        ],
        said=[
            {"prompt": "Query A", "response": "Processed: Query A"},
            {"answer": "Done: Query A"},
            {"prompt": "Query B", "response": "Processed: Query B"},
            {"answer": "Done: Query B"},
        ],
    ),
    Program(
        "memory",
        MEMORY,
        [
            recorded("""
                agent memory_agent
                  memory user_preferences
                  memory last_search
                  final Final Answer
            """)
        ],
        said=[
            {
                "type": "memory_read",
                "memory_key": "user_preferences",
                "memory_value": {"preferred_airline": "Delta", "seat": "window"},
                "memory_type": "key_value",
            },
            {
                "type": "memory_write",
                "memory_key": "last_search",
                "memory_value": {"query": "SFO to JFK", "timestamp": 1234567890},
                "memory_type": "key_value",
                "overwrite": True,
            },
            {"answer": "I found your preferences and remembered your search."},
        ],
    ),
    Program(
        "custom adapter",
        CUSTOM_ADAPTER,
        [
            recorded("""
                agent my_agent
                  llm gpt-4
            """)
        ],
        said=[{"model": "gpt-4", "prompt": "Hello", "response": "Hi there!"}],
    ),
)
