"""OpenInference, the dialect of Arize Phoenix: one `openinference.span.kind`, everything else flattened.

https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md. Input tokens include
cached ones, also for Anthropic; `llm.model_name` is the model that answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.unflatten import unflatten_all
from otel_bridge.dialects.values import as_map, first, parse_json, text
from otel_bridge.dialects.wrappings import call_arguments, tool_call_id, unwrapped_result
from otel_bridge.record import AttributeValue, SpanRecord

KIND: Final = "openinference.span.kind"

_KINDS: Final[Mapping[str, StepKind]] = {
    "LLM": "llm",
    "TOOL": "tool",
    "AGENT": "agent",
    "CHAIN": "chain",
    "RETRIEVER": "retrieval",
    "RERANKER": "retrieval",
    "EMBEDDING": "embedding",
    "GUARDRAIL": "guardrail",
    "EVALUATOR": "chain",
    "PROMPT": "chain",
}
_NAMES: Final = {
    "llm.request.model_name": semconv.REQUEST_MODEL,
    "llm.model_name": semconv.REQUEST_MODEL,
    "llm.response.model_name": semconv.RESPONSE_MODEL,
    "embedding.model_name": semconv.REQUEST_MODEL,
    "reranker.model_name": semconv.REQUEST_MODEL,
    "llm.provider": semconv.PROVIDER,
    "llm.system": semconv.PROVIDER,
    "llm.token_count.prompt": semconv.INPUT_TOKENS,
    "llm.token_count.completion": semconv.OUTPUT_TOKENS,
    "llm.token_count.prompt_details.cache_read": semconv.CACHE_READ_TOKENS,
    "llm.token_count.prompt_details.cache_input": semconv.CACHE_READ_TOKENS,
    "llm.token_count.prompt_details.cache_write": semconv.CACHE_WRITE_TOKENS,
    "llm.token_count.completion_details.reasoning": semconv.REASONING_TOKENS,
    "llm.cost.total": semconv.COST_USD,
    "llm.finish_reason": semconv.FINISH_REASONS,
    "agent.name": semconv.AGENT_NAME,
    "tool.name": semconv.TOOL_NAME,
    "tool_call.function.name": semconv.TOOL_NAME,
    "tool_call.id": semconv.TOOL_CALL_ID,
    "tool.id": semconv.TOOL_CALL_ID,
    "tool.agent_role": semconv.AGENT_NAME,
    "llm.tools": semconv.TOOL_DEFINITIONS,
    "input.value": semconv.INPUT_VALUE,
    "tool_call.function.arguments": semconv.INPUT_VALUE,
    "embedding.text": semconv.INPUT_VALUE,
    "output.value": semconv.OUTPUT_VALUE,
    "reranker.query": semconv.RETRIEVAL_QUERY,
    "metadata": semconv.METADATA,
}
_FLATTENED: Final = {
    "llm.input_messages": semconv.INPUT_MESSAGES,
    "llm.output_messages": semconv.OUTPUT_MESSAGES,
    "llm.prompts": "prompts",
    "llm.completions": "completions",
    "llm.choices": "completions",
    "llm.tools": "tools",
    "retrieval.documents": "documents",
    "reranker.output_documents": "documents",
    "embedding.embeddings": "embeddings",
}
_ANSWERS: Final = frozenset(("choices", "generations"))
"""Keys of raw answers under which the messages are."""
_HANDOFF: Final = "handoff to "
_MERGED: Final = "execute_tool (merged)"
"""A phantom of Google's ADK beside the calls that it stands for."""
_RUN: Final = ".run"
_AN_OBJECT: Final = re.compile(r"<[\w.]{1,100} object at 0x[0-9a-f]+>")
_AN_ID: Final = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{27}")


def translate(record: SpanRecord) -> Translation:
    """Rename what has a name in the conventions, and put the flattened lists together again."""
    attributes = record.attributes
    kind = _kind(record)
    found = renamed(attributes, _NAMES)
    if kind == "llm":
        _add_messages(found, unflatten_all(attributes, _FLATTENED))
    elif kind in ("retrieval", "embedding"):
        _add_search(found, unflatten_all(attributes, _FLATTENED), kind)
    elif kind == "agent":
        _add_agent(found, record)
    elif kind == "tool":
        _add_tool(found, record)
    if kind == "llm" and _AN_OBJECT.fullmatch(str(found.get(semconv.OUTPUT_VALUE))):
        del found[semconv.OUTPUT_VALUE]  # A stream that was not read.
    if attributes.get("metadata"):
        _add_people(found)
    framework = _MERGED in record.name
    kind = "framework" if framework else kind
    parameters = attributes.get("llm.invocation_parameters")
    return Translation(found, kind=kind, framework=framework, parameters=parameters)


def _kind(record: SpanRecord) -> StepKind:
    stated = record.attributes.get(KIND)
    kind = _KINDS.get(stated.upper(), "chain") if isinstance(stated, str) else "chain"
    if kind == "tool" and record.name.startswith(_HANDOFF):
        return "handoff"
    if kind == "llm" and record.name.endswith("._prepare_chat_with_tools"):
        return "chain"  # LlamaIndex calls it an LLM, but no model is asked.
    return kind


def _add_messages(found: dict[str, AttributeValue], lists: Mapping[str, Json]) -> None:
    """Give a model call its messages; the raw request and answer stand in where there are none."""
    asked = lists.get(semconv.INPUT_MESSAGES) or _texts(lists.get("prompts"), "prompt")
    answered = lists.get(semconv.OUTPUT_MESSAGES) or _texts(lists.get("completions"), "completion")
    if _say_anything(asked):
        found[semconv.INPUT_MESSAGES] = [_with_calls(item) for item in asked]
        found.pop(semconv.INPUT_VALUE, None)
    if _say_anything(answered):
        found[semconv.OUTPUT_MESSAGES] = [_with_calls(item) for item in answered]
        found.pop(semconv.OUTPUT_VALUE, None)
    elif _is_answer(found.get(semconv.OUTPUT_VALUE)) and semconv.OUTPUT_MESSAGES not in found:
        found[semconv.OUTPUT_MESSAGES] = found.pop(semconv.OUTPUT_VALUE)
    tools = [first(tool["tool"], "json_schema") for tool in _maps(lists.get("tools"), "tool")]
    if tools:
        found[semconv.TOOL_DEFINITIONS] = tools
    if semconv.REQUEST_MODEL not in found:
        model = text(as_map(found.get("llm.invocation_parameters")), "model", "model_name")
        found.update({semconv.REQUEST_MODEL: model} if model else {})


def _is_answer(value: AttributeValue) -> bool:
    """Whether an output is the raw answer of a provider's API or of LangChain, which has its messages inside."""
    answer = parse_json(value)
    return isinstance(answer, dict) and not _ANSWERS.isdisjoint(answer)


def _with_calls(item: Json) -> Json:
    """Return a message with each tool call once: not told as a function's, nor as a mere mark among its contents."""
    message = item.get("message") if isinstance(item, dict) else None
    if not isinstance(message, dict):
        return item
    name, contents = message.get("function_call_name"), message.get("contents")
    if name and not message.get("tool_calls"):
        call = {"function": {"name": name, "arguments": message.get("function_call_arguments_json")}}
        return {**item, "message": {**message, "tool_calls": [{"tool_call": call}]}}
    if message.get("tool_calls") and isinstance(contents, list):
        said = [
            part for part in contents if as_map(as_map(part).get("message_content")).get("type") != "tool_use"
        ]
        return {**item, "message": {**message, "contents": said}}
    return item


def _say_anything(messages: Json) -> bool:
    """Whether any of these messages has more than a role; LangChain leaves it at that for some."""
    return any(item["message"].keys() - {"role"} for item in _maps(messages, "message"))


def _add_search(found: dict[str, AttributeValue], lists: Mapping[str, Json], kind: StepKind) -> None:
    """Give a retrieval its documents, and an embedding its texts; vectors tell nobody anything."""
    if kind == "embedding":
        texts = [item["embedding"].get("text") for item in _maps(lists.get("embeddings"), "embedding")]
        if any(texts):
            found[semconv.INPUT_VALUE] = texts if len(texts) > 1 else texts[0]
        found.pop(semconv.OUTPUT_VALUE, None)
        return
    documents = [item["document"] for item in _maps(lists.get("documents"), "document")]
    if documents:
        found[semconv.RETRIEVAL_DOCUMENTS] = documents


def _add_agent(found: dict[str, AttributeValue], record: SpanRecord) -> None:
    """Name the agent by its node in the graph, or by the span; ids say nothing to a person."""
    node = text(found, "graph.node.name") or text(found, "graph.node.id")
    if semconv.AGENT_NAME in found:
        return
    if node and not _AN_ID.fullmatch(node):
        found[semconv.AGENT_NAME] = node
    elif record.name.endswith(_RUN):
        found[semconv.AGENT_NAME] = record.name.removesuffix(_RUN)


def _add_tool(found: dict[str, AttributeValue], record: SpanRecord) -> None:
    """Name the tool, and take arguments, result and id out of what frameworks put around them."""
    name = record.name.removesuffix(".__call__").removesuffix(".acall")
    found.setdefault(semconv.TOOL_NAME, name)
    if semconv.INPUT_VALUE in found:
        found[semconv.INPUT_VALUE] = call_arguments(found[semconv.INPUT_VALUE])
    if semconv.OUTPUT_VALUE in found:
        written = parse_json(found[semconv.OUTPUT_VALUE])
        call_id = tool_call_id(written)
        found.update({semconv.TOOL_CALL_ID: call_id} if call_id else {})
        found[semconv.OUTPUT_VALUE] = unwrapped_result(written)


def _add_people(found: dict[str, AttributeValue]) -> None:
    """Take session and user from the metadata, where LangChain's and one's own instrumentation leave them."""
    metadata = as_map(found[semconv.METADATA])
    found[semconv.METADATA] = metadata
    agent = text(metadata, "lc_agent_name")
    if agent:
        found.setdefault(semconv.AGENT_NAME, agent)
    session, user = text(metadata, "session_id", "thread_id"), text(metadata, "user_id")
    if session:
        found.setdefault(semconv.SESSION_ID, session)
    if user:
        found.setdefault(semconv.USER_ID, user)


def _texts(items: Json, name: str) -> Json:
    return [{"message": {"content": item[name].get("text")}} for item in _maps(items, name)] or None


def _maps(items: Json, name: str) -> list[Mapping[str, Json]]:
    """Return those of these items that are maps with a map under this name."""
    if not isinstance(items, list):
        return []
    return [item for item in items if isinstance(item, dict) and isinstance(item.get(name), dict)]


DIALECT: Final = Dialect(
    "openinference",
    translate,
    scopes=("openinference.*", "@arizeai/openinference*"),
    marks=(KIND,),
)
