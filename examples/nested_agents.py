"""A planner hands the booking to another agent: a run inside a run, shown as one tree."""

from __future__ import annotations

from agent_inspector import trace


def book_flight(flight_id: str) -> str:
    with trace.run("booking_agent", session_id="booking_456"):
        confirmation = "CONF-12345"
        trace.tool(
            tool_name="book_flight",
            tool_args={"flight_id": flight_id},
            tool_result={"status": "confirmed", "confirmation": confirmation},
        )
        print(f"booking_agent: booked {flight_id}")
        trace.final(answer="Flight booked.")
    return confirmation


if __name__ == "__main__":
    with trace.run("planning_agent", user_id="user123"):
        trace.llm(
            model="gpt-4",
            prompt="The user wants flight UA123. Should I delegate?",
            response="Yes, to the booking agent.",
        )
        answer = f"I have booked your flight. Confirmation: {book_flight('UA123')}"
        trace.final(answer=answer)
    print(f"planning_agent: {answer}")
    print("\nSee the run: agent-inspector server, then http://127.0.0.1:8000/ui/")
