"""The programs of the same README (see `original_readme`) that use LangChain, word for word, and what each records."""

from __future__ import annotations

from tests.examples.original_readme import Program
from tests.examples.recordings import recorded

LANGCHAIN = """
from langchain.agents import initialize_agent, Tool, AgentType
from langchain.llms import OpenAI
from agent_inspector.adapters import enable_langchain
# Initialize your LangChain agent
llm = OpenAI(temperature=0)
tools = [
    Tool(name="search", func=search_flights, description="Search for flights")
]
agent = initialize_agent(tools, llm, agent=AgentType.ZERO_SHOT_REACT_DESCRIPTION)
# Use with automatic tracing
with enable_langchain(run_name="langchain_flight_agent") as callbacks:
    result = agent.run("Find flights from SFO to JFK")
    print(result)
"""

LANGCHAIN_ADAPTER = """
from agent_inspector.adapters import enable_langchain
from langchain.agents import initialize_agent
# Create agent
agent = initialize_agent(tools, llm, agent=AgentType.ZERO_SHOT_REACT_DESCRIPTION)
# Trace automatically
with enable_langchain() as callbacks:
    result = agent.run("Your query here")
"""

CALLBACK_HANDLER = """
from agent_inspector.adapters import get_callback_handler
# Get callback handler
callbacks = [get_callback_handler()]
# Use with LangChain chains
chain = LLMChain(llm=llm, prompt=prompt)
result = chain.run("Your query", callbacks=callbacks)
"""

LANGCHAIN_PROGRAMS = (
    Program(
        "LangChain",
        LANGCHAIN,
        [
            recorded("""
                agent langchain_flight_agent
                  agent flight_agent
                    llm gpt-4o-mini
                    tool search
                    llm gpt-4o-mini
                  final Final Answer
            """)
        ],
    ),
    Program(
        "LangChain adapter",
        LANGCHAIN_ADAPTER,
        [
            recorded("""
                agent langchain_agent
                  agent flight_agent
                    llm gpt-4o-mini
                  final Final Answer
            """)
        ],
    ),
    Program(
        "callback handler",
        CALLBACK_HANDLER,
        [
            recorded("""
                agent RunnableSequence
                  llm gpt-4o-mini
                  final Final Answer
            """)
        ],
    ),
)

REMOVED_FROM_LANGCHAIN = """
import os, sys
from types import ModuleType, SimpleNamespace
import langchain.agents
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import Tool
from langchain_openai import ChatOpenAI

class Agent:
    def __init__(self, tools, llm, agent):
        self.graph = langchain.agents.create_agent(llm, tools, name="flight_agent")
    def run(self, question):
        return self.graph.invoke({"messages": [{"role": "user", "content": question}]})["messages"][-1].text

class LLMChain:
    def __init__(self, llm, prompt):
        self.chain = prompt | llm | StrOutputParser()
    def run(self, question, callbacks):
        return self.chain.invoke({"question": question}, {"callbacks": callbacks})

def OpenAI(temperature):
    return ChatOpenAI(model="gpt-4o-mini", base_url=os.environ["OPENAI_BASE_URL"], temperature=temperature)

def search_flights(query):
    return "United, 9:10, $320"

AgentType = SimpleNamespace(ZERO_SHOT_REACT_DESCRIPTION="zero-shot")
langchain.agents.initialize_agent, langchain.agents.Tool, langchain.agents.AgentType = Agent, Tool, AgentType
sys.modules["langchain.llms"] = ModuleType("langchain.llms")
sys.modules["langchain.llms"].OpenAI = OpenAI
llm = OpenAI(temperature=0)
tools = [Tool(name="search", func=search_flights, description="Search for flights")]
prompt = ChatPromptTemplate.from_template("{question}")
"""
"""What LangChain 1.0 took away, in terms of what took its place; and the names that two of the programs do not define."""
