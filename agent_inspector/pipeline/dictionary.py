"""Dictionary: what bodies of spans have in common, so that a small one is compressed to what is its own."""

from __future__ import annotations

from typing import Final

# Written into every store that holds bodies compressed with it: never edit it. Another one would need a number of
# its own in `compress.Compression`. What is most common stands last, where the distance to it is shortest.
SPAN_FIELDS: Final = (
    b'"}],"finish_reason":"stop"}]","calls":["search(query="'
    b',"metadata":{"tags":["version":"team":"error_type":"ValueError","error_message":"TimeoutError: "'
    b',"status":"error"'
    rb',"status_message":"events":[["exception",{"exception.type":"exception.message":"exception.stacktrace":"Traceback (most recent call last):\n  File \""'
    rb',"line ", in <module>\n","exception.escaped":"False"}]]'
    b',"links":[["redactions":{"dropped_attributes":"parent_is_remote":true,"scope_version":"1.0.0"'
    b',"kind":"server","kind":"producer","kind":"consumer","scope_name":"opentelemetry.instrumentation."'
    b',"scope_name":"openinference.instrumentation.","scope_name":"agent_inspector"'
    b',"llm.input_messages.0.message.role":"user"'
    b',"llm.input_messages.0.message.content":"llm.output_messages.0.message.role":"assistant"'
    b',"llm.token_count.prompt":"llm.token_count.completion":"llm.token_count.total":"llm.model_name":"llm.invocation_parameters":"openinference.span.kind":"LLM"'
    b',"input.value":"output.value":"input.mime_type":"application/json"'
    b',"output.mime_type":"application/json"'
    b',"traceloop.span.kind":"traceloop.entity.name":"traceloop.entity.input":"traceloop.entity.output":"session.id":"user.id":"http.request.method":"POST"'
    b',"url.full":"https://api.","http.response.status_code":200,"server.address":"server.port":443'
    b',"error.type":"gen_ai.tool.call.id":"call_","gen_ai.tool.type":"function"'
    b',"gen_ai.tool.description":"gen_ai.tool.name":"search","gen_ai.operation.name":"execute_tool"'
    b',"gen_ai.operation.name":"embeddings","gen_ai.operation.name":"invoke_agent"'
    b',"gen_ai.agent.id":"gen_ai.agent.name":"gen_ai.agent.description":"gen_ai.conversation.id":"agent_inspector.instant":true'
    b',"agent_inspector.event_type":"tool_call","agent_inspector.event_type":"llm_call"'
    b',"agent_inspector.metadata":"gen_ai.output.type":"text"'
    b',"gen_ai.request.temperature":"gen_ai.request.max_tokens":"gen_ai.request.top_p":"gen_ai.response.finish_reasons":["stop"]'
    b',"gen_ai.response.finish_reasons":["tool_calls"]'
    b',"gen_ai.usage.cache_read.input_tokens":"gen_ai.usage.cache_creation.input_tokens":"gen_ai.usage.reasoning.output_tokens":"gen_ai.system":"openai"'
    b',"gen_ai.provider.name":"anthropic","gen_ai.request.model":"claude-sonnet-4-5"'
    b',"gen_ai.response.model":"gpt-4o-mini-2024-07-18","gen_ai.response.id":"msg_"'
    b',"texts":{"gen_ai.tool.call.arguments":[1,"texts":{"gen_ai.tool.call.result":[1'
    b',"gen_ai.tool.definitions":[2,"gen_ai.system_instructions":[2,"process_id":"{"name":"search"'
    b',"input":"output":"{"name":"gpt-4o","input":"","output":"","finish_reason":"stop"}{"trace_id":""'
    b',"span_id":"","parent_id":null,"name":"invoke_agent ","start_ns":1,"end_ns":1,"kind":"internal"'
    b',"attributes":{"{"trace_id":"00000000000000000000000000000000","span_id":"0000000000000000"'
    b',"parent_id":"0000000000000000","name":"chat gpt-4o","start_ns":17000000000000000'
    b',"end_ns":17000000000000000,"kind":"client","attributes":{"gen_ai.operation.name":"chat"'
    b',"gen_ai.provider.name":"openai","gen_ai.request.model":"gpt-4o"'
    b',"gen_ai.response.model":"gpt-4o-2024-08-06","gen_ai.response.id":"chatcmpl-"'
    b',"gen_ai.usage.input_tokens":100,"gen_ai.usage.output_tokens":100,"gen_ai.input.messages":null'
    b',"gen_ai.output.messages":null},"scope_name":"opentelemetry.instrumentation.openai_v2","scope":1'
    b',"texts":{"gen_ai.input.messages":[2,""],"gen_ai.output.messages":[1,""]}}'
)
