"""An agent with a memory: what it reads, what it writes, and how the second run remembers the first."""

from __future__ import annotations

from agent_inspector import trace

MEMORY: dict[str, object] = {"preferences": {"airline": "Delta", "seat": "window"}}


def search(destination: str) -> None:
    with trace.run("memory_agent", user_id="user123"):
        preferences = MEMORY["preferences"]
        trace.memory_read(memory_key="preferences", memory_value=preferences, memory_type="key_value")
        last = MEMORY.get("last_search")
        trace.memory_read(memory_key="last_search", memory_value=last, memory_type="key_value")
        MEMORY["last_search"] = destination
        trace.memory_write(
            memory_key="last_search", memory_value=destination, memory_type="key_value", overwrite=True
        )
        answer = (
            f"Searching {destination} with {preferences}; before that, you looked for {last or 'nothing'}."
        )
        trace.final(answer=answer)
    print(f"memory_agent: {answer}")


if __name__ == "__main__":
    search("SFO to JFK")
    search("JFK to LIS")
    print("\nSee the two runs: agent-inspector server, then http://127.0.0.1:8000/ui/")
