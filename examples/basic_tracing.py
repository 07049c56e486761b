"""The flight search: an agent in plain Python, recorded with `trace`, with a memory and an agent within."""

from __future__ import annotations

from agent_inspector import trace

QUESTION = "Find flights from SFO to JFK"
FLIGHTS = {"Delta": 350, "United": 320}


def search_flights_agent(question: str) -> str:
    with trace.run("flight_search", user_id="user123"):
        trace.memory_read(memory_key="user123.preferences", memory_value={"seat": "window"})
        trace.llm(
            model="gpt-4",
            prompt=f"User: {question}. Which tool should I use?",
            response="Use the search_flights tool.",
            prompt_tokens=24,
            completion_tokens=8,
        )
        trace.tool(
            tool_name="search_flights", tool_args={"query": question}, tool_result={"dollars": FLIGHTS}
        )
        airline = choose_airline()
        answer = f"I recommend {airline} for $320: it is the cheapest, and it has a window seat left."
        trace.memory_write(memory_key="user123.last_search", memory_value={"query": question})
        trace.final(answer=answer)
    return answer


def choose_airline() -> str:
    """Leave the choice to an agent of its own: a run within a run."""
    with trace.run("fare_comparison"):
        airline = min(FLIGHTS, key=lambda name: FLIGHTS[name])
        trace.llm(
            model="gpt-4",
            prompt=f"Which of these is the best fare in dollars? {FLIGHTS}",
            response=f"{airline}.",
        )
        trace.final(answer=airline)
    return airline


if __name__ == "__main__":
    print("You:  ", QUESTION)
    print("Agent:", search_flights_agent(QUESTION))
    print("\nSee the run: agent-inspector server, then http://127.0.0.1:8000/ui/")
