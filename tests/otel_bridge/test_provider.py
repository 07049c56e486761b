"""Joining the application's tracer provider, or followed by it; each case in a process of its own, since it is set once a process."""

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
        link.ensure()
        trace.get_tracer("t").start_span("two").end()
        print(ended)
    """)

    assert output == "['one', 'two']"


THEIRS = """
class Theirs(SpanProcessor):
    def __init__(self): self.seen = []
    def on_end(self, span): self.seen.append((span.name, span.resource.attributes["service.name"]))
    def shutdown(self): print("theirs has ended")
def bring():
    provider = TracerProvider(resource=Resource.create({"service.name": "theirs"}), shutdown_on_exit=False)
    processor = Theirs()
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return provider, processor
"""


def run_with_theirs(code: str) -> str:
    return run("from opentelemetry.sdk.resources import Resource\n" + THEIRS + textwrap.dedent(code))


def test_a_provider_that_comes_later_takes_the_place_of_ours() -> None:
    output = run_with_theirs("""
        link.ensure()
        early = trace.get_tracer("t")
        open_span = early.start_span("begun before")
        provider, processor = bring()
        open_span.end()
        early.start_span("by ours").end()
        trace.get_tracer("t").start_span("by theirs").end()
        link.ensure()
        trace.get_tracer("t").start_span("later").end()
        print(ended)
        print(processor.seen)
        print(trace.get_tracer_provider() is provider)
    """)

    names = ["begun before", "by ours", "by theirs", "later"]
    assert output.splitlines() == [str(names), str([(name, "theirs") for name in names]), "True"]


def test_a_third_provider_is_refused_as_ever() -> None:
    output = run_with_theirs("""
        link.ensure()
        provider, processor = bring()
        bring()
        print(trace.get_tracer_provider() is provider)
    """)

    assert output == "True"


def test_our_own_provider_set_again_changes_nothing() -> None:
    output = run_with_theirs("""
        link.ensure()
        trace.set_tracer_provider(trace.get_tracer_provider())
        trace.get_tracer("t").start_span("ours").end()
        provider, processor = bring()
        trace.get_tracer("t").start_span("theirs").end()
        print(ended, len(processor.seen))
    """)

    assert output == "['ours', 'theirs'] 1"


def test_a_product_that_counts_its_users_gets_no_spans() -> None:
    output = run_with_theirs("""
        link.ensure()
        counter = TracerProvider(resource=Resource.create({"service.name": "crewAI-telemetry"}))
        trace.set_tracer_provider(counter)
        print(trace.get_tracer_provider() is counter)
        provider, processor = bring()
        print(trace.get_tracer_provider() is provider)
    """)

    assert output.split() == ["False", "True"]


def test_the_end_of_their_provider_is_not_the_end_of_our_processor() -> None:
    output = run_with_theirs("""
        Ours.shutdown = lambda self: print("ours has ended")
        provider, processor = bring()
        link.ensure()
        provider.shutdown()
        print("still here")
    """)

    assert output.splitlines() == ["theirs has ended", "still here"]


def test_a_processor_of_theirs_that_fails_harms_nobody() -> None:
    output = run_with_theirs("""
        link.ensure()
        early = trace.get_tracer("t")
        provider, processor = bring()
        def fail(*arguments, **named): raise ValueError
        processor.on_end = processor.on_start = fail
        early.start_span("one").end()
        print(ended)
    """)

    assert output == "['one']"


def test_a_provider_exchanged_behind_a_proxy_is_joined_at_the_next_span() -> None:
    output = run_with_theirs("""
        from otel_bridge.succession import on_succession
        class Proxy(trace.TracerProvider):
            def __init__(self, provider): self.provider = provider
            def get_tracer(self, *args, **kwargs): return self.provider.get_tracer(*args, **kwargs)
            def add_span_processor(self, processor): self.provider.add_span_processor(processor)
        on_succession(lambda: print("told"))
        link.ensure()
        early = trace.get_tracer("t")
        proxy = Proxy(TracerProvider())
        trace.set_tracer_provider(proxy)
        proxy.provider = TracerProvider()
        early.start_span("one").end()
        trace.get_tracer("t").start_span("two").end()
        print(ended)
    """)

    assert output.splitlines() == ["told", "told", "['one', 'two']"]
