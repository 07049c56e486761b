"""Keys that products without a dialect of their own are likely to write: what everyone calls a model, a prompt, a tool.

One table from their names to those of `otel_bridge.semconv`, made of a few prefixes and the words after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv

_WORDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    semconv.REQUEST_MODEL: (
        ("", "llm.", "ai.", "gen_ai.", "llm.request.", "request.", "embedding."),
        ("model", "model_name", "model.name", "model_id", "model.id", "modelName", "modelId"),
    ),
    semconv.RESPONSE_MODEL: (("llm.response.", "response.", "ai.response."), ("model", "model_name")),
    semconv.PROVIDER: (
        ("", "llm.", "ai.", "gen_ai.", "model."),
        ("provider", "vendor", "llm_provider", "provider.name", "model.provider", "model_provider"),
    ),
    semconv.INPUT_TOKENS: (
        (
            "", "llm.", "ai.", "usage.", "llm.usage.", "ai.usage.", "gen_ai.usage.", "gen_ai.", "tokens.",
            "llm.tokens.", "token_usage.", "llm.token_usage.", "metrics.", "llm.response.usage.",
        ),
        ("input_tokens", "prompt_tokens", "inputTokens", "promptTokens", "tokens_input", "tokens_in"),
    ),
    semconv.OUTPUT_TOKENS: (
        (
            "", "llm.", "ai.", "usage.", "llm.usage.", "ai.usage.", "gen_ai.usage.", "gen_ai.", "tokens.",
            "llm.tokens.", "token_usage.", "llm.token_usage.", "metrics.", "llm.response.usage.",
        ),
        (
            "output_tokens", "completion_tokens", "outputTokens", "completionTokens", "tokens_output", "tokens_out",
        ),
    ),
    semconv.CACHE_READ_TOKENS: (
        ("", "usage.", "llm.usage.", "gen_ai.usage.", "tokens."),
        (
            "cached_tokens", "cache_read_tokens", "cache_read_input_tokens", "cached_input_tokens",
            "cachedInputTokens", "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens",
        ),
    ),
    semconv.CACHE_WRITE_TOKENS: (
        ("", "usage.", "llm.usage.", "gen_ai.usage.", "tokens."),
        ("cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens", "cache_write_input_tokens"),
    ),
    semconv.REASONING_TOKENS: (
        ("", "usage.", "llm.usage.", "gen_ai.usage.", "tokens."),
        (
            "reasoning_tokens", "reasoningTokens", "thoughts_tokens", "reasoning_output_tokens",
            "completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens",
        ),
    ),
    semconv.COST_USD: (
        ("", "llm.", "ai.", "usage.", "llm.usage.", "gen_ai.", "gen_ai.usage.", "metrics."),
        ("cost", "cost_usd", "total_cost", "cost.total", "cost.total_cost", "costUsd", "totalCost"),
    ),
    semconv.FINISH_REASONS: (
        ("", "llm.", "ai.", "response.", "llm.response.", "gen_ai.", "gen_ai.response."),
        ("finish_reason", "finish_reasons", "stop_reason", "finishReason", "stopReason"),
    ),
    semconv.SYSTEM_INSTRUCTIONS: (
        ("", "llm.", "ai.", "gen_ai.", "agent."),
        ("system_prompt", "system_message", "systemPrompt", "instructions", "system_instruction"),
    ),
    semconv.TOOL_DEFINITIONS: (("", "llm.", "ai.", "gen_ai.", "llm.request.", "request."), ("tools", "tool_definitions")),
    semconv.TOOL_NAME: (
        ("", "ai.", "gen_ai.", "mcp."),
        ("tool.name", "tool_name", "toolName", "tool.function.name", "function.name", "function_name"),
    ),
    semconv.TOOL_CALL_ID: (
        ("", "ai.", "gen_ai."),
        ("tool.call.id", "tool.call_id", "tool_call_id", "tool_call.id", "toolCallId", "tool.id", "call_id"),
    ),
    semconv.TOOL_ARGUMENTS: (
        ("", "ai.", "gen_ai.", "mcp."),
        (
            "tool.arguments", "tool.args", "tool.input", "tool.parameters", "tool.params", "tool.call.args",
            "tool_arguments", "tool_args", "tool_input", "tool_parameters", "toolInput", "function.arguments",
            "tool.call.arguments", "tool.call.input",
        ),
    ),
    semconv.TOOL_RESULT: (
        ("", "ai.", "gen_ai.", "mcp."),
        (
            "tool.result", "tool.output", "tool.response", "tool_result", "tool_output", "tool_response",
            "toolOutput", "toolResult", "function.result", "tool.call.result", "tool.call.output",
        ),
    ),
    semconv.AGENT_NAME: (("", "ai.", "gen_ai."), ("agent.name", "agent_name", "agentName", "agent.role", "agent")),
    semconv.WORKFLOW_NAME: (("", "gen_ai."), ("workflow.name", "workflow_name")),
    semconv.CONVERSATION_ID: (
        ("", "ai.", "llm."),
        (
            "sessionId", "langwatch.thread.id", "genkit:sessionId", "conversation.id", "conversationId", "thread.id", "thread_id", "threadId", "chat.id",
            "chat_id", "session",
        ),
    ),
    semconv.USER_ID: (("", "ai.", "llm."), ("userId", "langwatch.user.id", "end_user.id", "end_user_id", "user.name", "user")),
    semconv.RETRIEVAL_QUERY: (("",), ("retrieval.query", "retriever.query", "search.query", "rag.query")),
    semconv.RETRIEVAL_DOCUMENTS: (
        ("",),
        ("retrieval.documents", "retrieved_documents", "retriever.documents", "retrieval.results", "documents"),
    ),
}  # fmt: skip
_ASKED: Final = (
    "messages", "prompt", "input.messages", "langwatch.input", "genkit:input", "braintrust.input_json",
    "braintrust.input", "llm.messages", "llm.prompts", "llm.prompt", "llm.input", "ai.prompt",
    "gen_ai.prompt", "gen_ai.request.messages", "gen_ai.request.prompt", "gen_ai.messages", "gen_ai.input",
    "request.messages", "llm.request.messages", "llm.input_messages", "llm.request", "input_messages", "ai.input",
    "input.value", "input", "inputs", "question", "query", "user_input", "user_prompt", "request", "agent.input",
)  # fmt: skip
"""Under what a question may stand, the likeliest first."""
_ANSWERED: Final = (
    "completion", "completions", "llm.generated_message", "output.messages", "llm.completion", "llm.completions", "llm.output",
    "ai.response.text", "langwatch.output", "genkit:output", "braintrust.output_json", "braintrust.output",
    "llm.responses", "gen_ai.completion", "gen_ai.response.content", "gen_ai.response.text",
    "gen_ai.response.message", "gen_ai.response", "gen_ai.output", "llm.response", "llm.response.content",
    "llm.output_messages", "output_messages", "response.content", "response.text", "ai.output", "output.value",
    "output", "outputs", "answer", "response", "result", "agent.output", "assistant_response",
)  # fmt: skip

NAMES: Final[Mapping[str, str]] = {
    prefix + word: ours
    for ours, (prefixes, words) in _WORDS.items()
    for prefix in prefixes
    for word in words
    if prefix + word != ours
}
"""Their names to ours; content of models, agents and plain steps is apart, as its name depends on the kind."""
QUESTIONS: Final = _ASKED
ANSWERS: Final = _ANSWERED
STATED: Final = (
    "langwatch.span.type", "genkit:metadata:subtype", "span.type", "span_type", "span.kind", "span_kind", "step.type", "step_type", "node.type", "run.type",
    "run_type", "observation.type", "ai.span.type", "ai.operation", "operation.type", "event.type", "operation",
    "kind", "type",
)  # fmt: skip
"""Under what it may stand which kind of step a span is."""
WEAK: Final = frozenset(
    (*STATED, "session", "user", "user.name", "documents", "request", "response", "result", "query")
)
"""What spans of any program may say, of web servers too; it alone makes nothing a step of an agent."""
KEYS: Final = frozenset((*NAMES, *QUESTIONS, *ANSWERS)) - WEAK
PREFIXES: Final[Mapping[str, str]] = {
    "llm.input_messages": "asked",
    "llm.prompts": "asked",
    "llm.messages": "asked",
    "gen_ai.input.messages": "asked",
    "gen_ai.prompt": "asked",
    "messages": "asked",
    "input.messages": "asked",
    "llm.output_messages": "answered",
    "llm.completions": "answered",
    "gen_ai.output.messages": "answered",
    "gen_ai.completion": "answered",
    "output.messages": "answered",
}
"""Lists of messages that are spread over keys, `llm.prompts.0.content`."""
