"""A tool fails and the agent recovers; then one does not recover, and its run ends as failed."""

from __future__ import annotations

from agent_inspector import trace


def fetch_rate(source: str) -> float:
    if source == "live":
        raise ConnectionError("The rate service did not answer.")
    return 1.08


def recover() -> None:
    with trace.run("error_recovered"):
        try:
            fetch_rate("live")
        except ConnectionError as error:
            trace.tool(tool_name="fetch_rate", tool_args={"source": "live"}, tool_result=None, error=error)
        rate = fetch_rate("yesterday")
        trace.tool(tool_name="fetch_rate", tool_args={"source": "yesterday"}, tool_result=rate)
        trace.error(error_type="StaleRate", error_message="The rate is one day old.", critical=False)
        trace.final(answer=f"100 euros were {100 * rate:.2f} dollars yesterday.")
    print("error_recovered: the live rate failed, yesterday's was good enough.")


def fail() -> None:
    with trace.run("error_left_the_run"):
        trace.llm(model="gpt-4", prompt="How much is 100 euros?", response="I will look up the live rate.")
        fetch_rate("live")


if __name__ == "__main__":
    recover()
    try:
        fail()
    except ConnectionError as error:
        print(f"error_left_the_run: {error}")
    print("\nSee both runs: agent-inspector server, then http://127.0.0.1:8000/ui/")
