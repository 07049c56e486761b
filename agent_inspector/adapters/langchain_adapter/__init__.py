"""LangChain and LangGraph: everything that an agent does, recorded through a callback handler.

    from langchain.agents import create_agent
    from agent_inspector.adapters import enable_langchain

    agent = create_agent("openai:gpt-4o-mini", tools=[search_flights])
    with enable_langchain(run_name="langchain_flight_agent"):
        result = agent.invoke({"messages": [{"role": "user", "content": "Find flights from SFO to JFK"}]})

The block gives the handler, for code that wants to pass it along: `config={"callbacks": callbacks}`.
Without a block, a handler records each outermost call as a run of its own:

    from agent_inspector.adapters import get_callback_handler

    chain = prompt | model | StrOutputParser()
    chain.invoke({"question": "Your query"}, config={"callbacks": [get_callback_handler()]})

LangChain 1.0 removed `initialize_agent`, `AgentType`, `LLMChain` and `langchain.llms`, which older
examples use: `create_agent` and `prompt | model` above are what takes their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent_inspector.adapters.framework_run import say_missing
from agent_inspector.adapters.langchain_adapter.tracer import LangChainTracer, enable, get_callback_handler

if TYPE_CHECKING:
    from agent_inspector.adapters.langchain_adapter.callback import LangChainInspectorCallback

__all__ = ["LangChainInspectorCallback", "LangChainTracer", "enable", "get_callback_handler"]


def __getattr__(name: str) -> Any:
    if name != "LangChainInspectorCallback":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # It derives from a class of LangChain's, which takes a second to import.
    try:
        from agent_inspector.adapters.langchain_adapter import callback  # noqa: PLC0415
    except ImportError:
        say_missing(LangChainTracer.framework, LangChainTracer.install)
        return None
    return callback.LangChainInspectorCallback
