"""Joining the application's tracer provider; each case in a process of its own, since it is set once a process."""

from __future__ import annotations

import subprocess
import sys
import textwrap

PREAMBLE = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider, SpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from otel_bridge.provider import ProviderLink
ended = []
class Ours(SpanProcessor):
    def on_end(self, span): ended.append(span.name)
link = ProviderLink(Ours(), ALWAYS_ON, {"service.name": "t"})
"""


def run(code: str) -> str:
    script = PREAMBLE + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_without_a_provider_one_is_made() -> None:
    output = run("""
        link.ensure(); link.ensure()
        trace.get_tracer("t").start_span("one").end()
        print(ended, trace.get_tracer_provider().resource.attributes["service.name"])
    """)

    assert output == "['one'] t"


def test_a_provider_that_is_there_is_joined_once_and_kept() -> None:
    output = run("""
        theirs = TracerProvider(); trace.set_tracer_provider(theirs)
        link.ensure(); link.ensure()
        trace.get_tracer("t").start_span("one").end()
        print(ended, trace.get_tracer_provider() is theirs)
    """)

    assert output == "['one'] True"


def test_a_tracer_taken_before_the_first_run_records_too() -> None:
    output = run("""
        early = trace.get_tracer("t")
        link.ensure()
        early.start_span("one").end()
        print(ended)
    """)

    assert output == "['one']"


def test_a_provider_that_replaces_its_exporter_is_asked_not_to() -> None:
    output = run("""
        class Phoenixlike(TracerProvider):
            def add_span_processor(self, processor, replace_default_processor=True):
                print("replaces:", replace_default_processor)
                super().add_span_processor(processor)
        trace.set_tracer_provider(Phoenixlike())
        link.ensure()
    """)

    assert output == "replaces: False"


def test_an_unhashable_proxy_around_a_provider_is_joined_once() -> None:
    output = run("""
        class Proxy(trace.TracerProvider):
            __hash__ = None
            def __init__(self, provider): self.provider = provider
            def __eq__(self, other): return True
            def get_tracer(self, *args, **kwargs): return self.provider.get_tracer(*args, **kwargs)
            def add_span_processor(self, processor): self.provider.add_span_processor(processor)
        proxy = Proxy(TracerProvider()); trace.set_tracer_provider(proxy)
        link.ensure(); link.ensure()
        trace.get_tracer("t").start_span("one").end()
        proxy.provider = TracerProvider()
        link._last_seen = None
        link.ensure()
        trace.get_tracer("t").start_span("two").end()
        print(ended)
    """)

    assert output == "['one', 'two']"
