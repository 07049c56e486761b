"""CrewAI: a crew at work, recorded from the events that CrewAI itself puts on its event bus.

    from agent_inspector.adapters import enable_crewai

    with enable_crewai(run_name="research_crew"):
        crew.kickoff(inputs={"topic": "zinc"})

Crews, tasks, agents, model calls, tools, delegation, memory, knowledge and flows become steps of one run.
`CrewAIInspectorCallback` has the methods to record by hand what another CrewAI does.
"""

from agent_inspector.adapters.crewai_adapter.callback import CrewAIInspectorCallback
from agent_inspector.adapters.crewai_adapter.tracer import CrewAITracer, enable, get_callback_handler

__all__ = ["CrewAIInspectorCallback", "CrewAITracer", "enable", "get_callback_handler"]
