"""What LangChain says of a model call: model, provider, settings and tools before it, usage and ending after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from agent_inspector.adapters.langchain_adapter.messages import read_message

_MODEL_NAMES: Final = (
    "model",
    "model_name",
    "model_id",
    "deployment_name",
    "azure_deployment",
    "endpoint_name",
)
_NUMBERS: Final = ("temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty")
_LIMITS: Final = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_OTHERS: Final = ("stop", "tool_choice", "response_format", "reasoning_effort", "reasoning")
_PROVIDERS: Final[Mapping[str, str]] = {
    "amazon_bedrock": "aws.bedrock",
    "azure": "azure.ai.openai",
    "google_genai": "gcp.gemini",
    "google_vertexai": "gcp.vertex_ai",
    "mistralai": "mistral_ai",
    "mistral": "mistral_ai",
    "ibm": "ibm.watsonx.ai",
    "xai": "x_ai",
}
"""LangChain's provider names to those of the conventions, where they differ."""


def name_model(
    serialized: Mapping[str, Any] | None, metadata: Mapping[str, Any], params: Mapping[str, Any]
) -> str:
    """Return the model's name; without one, the class that speaks to it."""
    kwargs = (serialized or {}).get("kwargs") or {}
    stated = [metadata.get("ls_model_name")]
    stated += [source.get(name) for source in (params, kwargs) for name in _MODEL_NAMES]
    classes = [(serialized or {}).get("name"), ((serialized or {}).get("id") or [None])[-1]]
    return str(next((name for name in (*stated, *classes) if name), "model"))


def read_settings(metadata: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return provider, settings and tools of a request, by the facade's names."""
    read: dict[str, Any] = {name: params.get(name) for name in (*_NUMBERS, *_OTHERS)}
    read["temperature"] = read["temperature"] or metadata.get("ls_temperature")
    limits = (*(params.get(name) for name in _LIMITS), metadata.get("ls_max_tokens"))
    read["max_tokens"] = next((limit for limit in limits if limit is not None), None)
    provider = metadata.get("ls_provider")
    read["provider"] = _PROVIDERS.get(str(provider), provider)
    tools = params.get("tools") or params.get("functions")
    if isinstance(tools, Sequence) and not isinstance(tools, str):
        read["tools"] = [_definition(tool) for tool in tools]
    return {name: value for name, value in read.items() if value is not None}


def read_answer(result: LLMResult) -> Any:
    """Return the messages that the model answered; of a model without messages, its text."""
    candidates = [generation for prompt in result.generations for generation in prompt]
    messages = [_message_of(candidate) for candidate in candidates]
    if messages and all(message is not None for message in messages):
        return [read_message(message) for message in messages if message is not None]
    return "\n\n".join(candidate.text for candidate in candidates)


def read_ending(result: LLMResult) -> dict[str, Any]:
    """Return usage, finish reason, model and id of an answer, by the facade's names."""
    first = next((generation for prompt in result.generations for generation in prompt), None)
    message = _message_of(first)
    about: dict[str, Any] = dict(getattr(first, "generation_info", None) or {})
    about |= message.response_metadata if message is not None else {}
    output = result.llm_output or {}
    read = {
        "finish_reason": about.get("finish_reason") or about.get("stop_reason") or about.get("done_reason"),
        "response_model": about.get("model_name") or about.get("model") or output.get("model_name"),
        "response_id": about.get("id") or output.get("id"),
    }
    usage = getattr(message, "usage_metadata", None)
    read |= _usage(usage) if usage else _older_usage(output.get("token_usage") or output.get("usage"))
    return {name: value for name, value in read.items() if value is not None}


def _message_of(generation: Any) -> BaseMessage | None:
    message = getattr(generation, "message", None)
    return message if isinstance(message, BaseMessage) else None


def _usage(usage: Mapping[str, Any]) -> dict[str, Any]:
    went_in = usage.get("input_token_details") or {}
    came_out = usage.get("output_token_details") or {}
    return {
        "prompt_tokens": usage.get("input_tokens"),
        "completion_tokens": usage.get("output_tokens"),
        "cached_tokens": went_in.get("cache_read"),
        "cache_write_tokens": went_in.get("cache_creation"),
        "reasoning_tokens": came_out.get("reasoning"),
    }


def _older_usage(usage: Any) -> dict[str, Any]:
    """Read usage in the words of a provider, as models without `usage_metadata` give it."""
    if not isinstance(usage, Mapping):
        return {}
    went_in, came_out = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    return {
        "prompt_tokens": usage.get("prompt_tokens", usage.get("input_tokens")),
        "completion_tokens": usage.get("completion_tokens", usage.get("output_tokens")),
        "cached_tokens": went_in.get("cached_tokens") if isinstance(went_in, Mapping) else None,
        "reasoning_tokens": came_out.get("reasoning_tokens") if isinstance(came_out, Mapping) else None,
    }


def _definition(tool: Any) -> Any:
    """Return a tool definition in one level, as the conventions have it."""
    if isinstance(tool, Mapping) and isinstance(tool.get("function"), Mapping):
        return {"type": "function", **tool["function"]}
    return tool
