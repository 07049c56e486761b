"""Adapters: agent frameworks recorded without a line of tracing code in the agent.

Importing this package imports no framework; each is imported when its adapter is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from agent_inspector.adapters.autogen_adapter import (
        AutoGenInspectorCallback,
        AutoGenTracer,
    )
    from agent_inspector.adapters.autogen_adapter import (
        enable as enable_autogen,
    )
    from agent_inspector.adapters.autogen_adapter import (
        get_callback_handler as get_autogen_callback_handler,
    )
    from agent_inspector.adapters.crewai_adapter import (
        CrewAIInspectorCallback,
        CrewAITracer,
    )
    from agent_inspector.adapters.crewai_adapter import (
        enable as enable_crewai,
    )
    from agent_inspector.adapters.crewai_adapter import (
        get_callback_handler as get_crewai_callback_handler,
    )
    from agent_inspector.adapters.langchain_adapter import (
        LangChainInspectorCallback,
        LangChainTracer,
        enable,
        get_callback_handler,
    )
    from agent_inspector.adapters.langchain_adapter import (
        enable as enable_langchain,
    )

__all__ = [
    "AutoGenInspectorCallback",
    "AutoGenTracer",
    "CrewAIInspectorCallback",
    "CrewAITracer",
    "LangChainInspectorCallback",
    "LangChainTracer",
    "enable",
    "enable_autogen",
    "enable_crewai",
    "enable_langchain",
    "get_autogen_callback_handler",
    "get_callback_handler",
    "get_crewai_callback_handler",
]

_PLACES: Final = {
    "AutoGenInspectorCallback": ("autogen_adapter", "AutoGenInspectorCallback"),
    "AutoGenTracer": ("autogen_adapter", "AutoGenTracer"),
    "CrewAIInspectorCallback": ("crewai_adapter", "CrewAIInspectorCallback"),
    "CrewAITracer": ("crewai_adapter", "CrewAITracer"),
    "LangChainInspectorCallback": ("langchain_adapter", "LangChainInspectorCallback"),
    "LangChainTracer": ("langchain_adapter", "LangChainTracer"),
    "enable": ("langchain_adapter", "enable"),
    "enable_autogen": ("autogen_adapter", "enable"),
    "enable_crewai": ("crewai_adapter", "enable"),
    "enable_langchain": ("langchain_adapter", "enable"),
    "get_autogen_callback_handler": ("autogen_adapter", "get_callback_handler"),
    "get_callback_handler": ("langchain_adapter", "get_callback_handler"),
    "get_crewai_callback_handler": ("crewai_adapter", "get_callback_handler"),
}


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{place[0]}"), place[1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
