"""An agent that is recorded here and by another vendor, whose set-up comes before our first run or after it."""

from __future__ import annotations

import os

from openai import OpenAI
from opentelemetry import trace as otel
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from agent_inspector import trace

BACKEND = os.environ["BACKEND"]


def set_up_own() -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "theirs"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{BACKEND}/v1/traces")))
    otel.set_tracer_provider(provider)


def set_up_logfire() -> None:
    import logfire

    exporter = OTLPSpanExporter(f"{BACKEND}/v1/traces")
    logfire.configure(
        send_to_logfire=False,
        console=False,
        service_name="theirs",
        additional_span_processors=[BatchSpanProcessor(exporter)],
    )


def set_up_logfire_twice() -> None:
    set_up_logfire()
    set_up_logfire()


def set_up_phoenix() -> None:
    from phoenix.otel import register

    register(
        endpoint=f"{BACKEND}/v1/traces",
        protocol="http/protobuf",
        project_name="theirs",
        batch=True,
        verbose=False,
    )


def set_up_langfuse() -> None:
    from langfuse import Langfuse

    Langfuse(public_key="pk-lf-1", secret_key="sk-lf-1", host=BACKEND)


def set_up_traceloop() -> None:
    from traceloop.sdk import Traceloop

    Traceloop.init(app_name="theirs", api_endpoint=BACKEND, api_key="none", telemetry_enabled=False)


def set_up_laminar() -> None:
    from lmnr import Laminar

    url, _, port = BACKEND.rpartition(":")
    Laminar.initialize(project_api_key="none", base_url=url, http_port=int(port), force_http=True)


def set_up_none() -> None:
    """Leave it to the environment."""


def work() -> None:
    client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none", max_retries=0)
    with trace.run("beside-agent"):
        with otel.get_tracer("their.code").start_as_current_span("their step"):
            trace.tool("look_up", {"city": "Porto"}, os.environ["QUESTION"])
        answer = client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": os.environ["QUESTION"]}]
        )
        with trace.tool_call("note", {}) as call:
            call.result = answer.choices[0].message.content
        trace.final("done")


set_up = globals()[f"set_up_{os.environ['VENDOR']}"]
if os.environ["ORDER"] == "theirs first":
    set_up()
else:
    with trace.run("earlier-agent"):
        trace.tool("look_up", {}, "early")
        set_up()
        trace.tool("look_up", {}, "late")
work()
