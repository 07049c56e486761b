"""How to record a framework that has hooks of its own: an adapter that passes each hook on to the current run."""

from __future__ import annotations

from collections.abc import Callable

from agent_inspector import trace


class TinyFramework:
    """Stands for yours: it decides what happens when, and tells its listeners."""

    def __init__(self) -> None:
        self.on_model: list[Callable[[str, str, str], None]] = []
        self.on_tool: list[Callable[[str, dict[str, object], object], None]] = []

    def ask(self, question: str) -> str:
        for listener in self.on_model:
            listener("gpt-4", question, "I need the exchange rate.")
        for tool_listener in self.on_tool:
            tool_listener("exchange_rate", {"from": "EUR", "to": "USD"}, 1.08)
        return "100 euros are 108 dollars."


class Adapter:
    """Records what the framework does as steps of whichever run is active, and nothing outside of one."""

    def __init__(self, framework: TinyFramework) -> None:
        framework.on_model.append(self.record_model)
        framework.on_tool.append(self.record_tool)

    def record_model(self, model: str, prompt: str, response: str) -> None:
        if run := trace.get_active_context():
            run.llm(model=model, prompt=prompt, response=response)

    def record_tool(self, name: str, arguments: dict[str, object], result: object) -> None:
        if run := trace.get_active_context():
            run.tool(tool_name=name, tool_args=arguments, tool_result=result)


if __name__ == "__main__":
    framework = TinyFramework()
    Adapter(framework)
    with trace.run("tiny_framework"):
        answer = framework.ask("How much is 100 euros?")
        trace.final(answer=answer)
    print(f"TinyFramework: {answer}")
    print("\nSee the run: agent-inspector server, then http://127.0.0.1:8000/ui/")
