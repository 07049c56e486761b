"""Names of span attributes that we read or write.

`gen_ai.*` follows the OpenTelemetry semantic conventions for generative AI
(https://github.com/open-telemetry/semantic-conventions-genai); `agent_inspector.*` is our own.
The constants published in `opentelemetry-semantic-conventions` are deprecated and frozen, so the
names are kept here.
"""

from __future__ import annotations

from typing import Final

# What the span is
OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
LEGACY_SYSTEM: Final = "gen_ai.system"
AGENT_NAME: Final = "gen_ai.agent.name"
AGENT_ID: Final = "gen_ai.agent.id"
WORKFLOW_NAME: Final = "gen_ai.workflow.name"
CONVERSATION_ID: Final = "gen_ai.conversation.id"
SESSION_ID: Final = "session.id"
USER_ID: Final = "user.id"
LEGACY_USER_ID: Final = "enduser.id"
SESSIONS: Final = (
    SESSION_ID, CONVERSATION_ID, "gen_ai.session.id", "gen_ai.thread.id", "session_id", "conversation_id", "wandb.thread_id",
)  # fmt: skip
USERS: Final = (USER_ID, LEGACY_USER_ID, "gen_ai.user.id", "user_id")
"""Names under which sessions and users are told, the conventions' first; the others by whoever writes spans by hand."""
ERROR_TYPE: Final = "error.type"

# Model calls
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
REQUEST_PREFIX: Final = "gen_ai.request."
TEMPERATURE: Final = "gen_ai.request.temperature"
MAX_TOKENS: Final = "gen_ai.request.max_tokens"
STREAM: Final = "gen_ai.request.stream"
RESPONSE_ID: Final = "gen_ai.response.id"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
FIRST_CHUNK_S: Final = "gen_ai.response.time_to_first_chunk"
INPUT_MESSAGES: Final = "gen_ai.input.messages"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
SYSTEM_INSTRUCTIONS: Final = "gen_ai.system_instructions"
TOOL_DEFINITIONS: Final = "gen_ai.tool.definitions"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHE_READ_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
CACHE_WRITE_TOKENS: Final = "gen_ai.usage.cache_write.input_tokens"
LEGACY_CACHE_WRITE_TOKENS: Final = "gen_ai.usage.cache_creation.input_tokens"
REASONING_TOKENS: Final = "gen_ai.usage.reasoning.output_tokens"
COST_USD: Final = "gen_ai.usage.cost"

# Tools, memory, retrieval
TOOL_NAME: Final = "gen_ai.tool.name"
TOOL_TYPE: Final = "gen_ai.tool.type"
TOOL_CALL_ID: Final = "gen_ai.tool.call.id"
TOOL_ARGUMENTS: Final = "gen_ai.tool.call.arguments"
TOOL_RESULT: Final = "gen_ai.tool.call.result"
MEMORY_QUERY: Final = "gen_ai.memory.query.text"
MEMORY_RECORD_ID: Final = "gen_ai.memory.record.id"
MEMORY_RECORDS: Final = "gen_ai.memory.records"
RETRIEVAL_QUERY: Final = "gen_ai.retrieval.query.text"
RETRIEVAL_DOCUMENTS: Final = "gen_ai.retrieval.documents"
RETRIEVAL_TOP_K: Final = "gen_ai.retrieval.top_k"
EMBEDDING_DIMENSIONS: Final = "gen_ai.embeddings.dimension.count"
DATA_SOURCE_ID: Final = "gen_ai.data_source.id"

CONTENT: Final = frozenset(
    {
        INPUT_MESSAGES,
        OUTPUT_MESSAGES,
        SYSTEM_INSTRUCTIONS,
        TOOL_DEFINITIONS,
        TOOL_ARGUMENTS,
        TOOL_RESULT,
        MEMORY_RECORDS,
        RETRIEVAL_QUERY,
        RETRIEVAL_DOCUMENTS,
        "agent_inspector.input",
        "agent_inspector.output",
        "agent_inspector.metadata",
    }
)
"""What a step carries, as against what it is: it need not pass through the SDK on its way to the store."""

# Exceptions (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/)
EXCEPTION_EVENT: Final = "exception"
EXCEPTION_TYPE: Final = "exception.type"
EXCEPTION_MESSAGE: Final = "exception.message"
EXCEPTION_STACKTRACE: Final = "exception.stacktrace"

# Resource
SERVICE_NAME: Final = "service.name"

# Our own
EVENT_TYPE: Final = "agent_inspector.event_type"
"""The facade call that made the span: `llm_call`, `tool_call`, `final_answer`, ..."""
INSTANT: Final = "agent_inspector.instant"
"""True: recorded as one moment, so that its duration is unknown rather than zero."""
OUTCOME: Final = "agent_inspector.outcome"
"""completed, failed or cancelled, where the span's status alone cannot say it."""
AGENT_TYPE: Final = "agent_inspector.agent_type"
METADATA: Final = "agent_inspector.metadata"
"""JSON of whatever else the caller passed along."""
INPUT_VALUE: Final = "agent_inspector.input"
OUTPUT_VALUE: Final = "agent_inspector.output"
STEP_NAME: Final = "agent_inspector.name"
CRITICAL: Final = "agent_inspector.critical"
REDACTIONS: Final = "agent_inspector.redactions"
TRUNCATED: Final = "agent_inspector.truncated_bytes"
"""How many bytes of the content were left out because it was over the size limit."""
TRACE_ID: Final = "agent_inspector.trace_id"
"""The trace that a span is from which was taken into the run of another one."""
