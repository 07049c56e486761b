"""Recording beside other vendors, whichever of the two comes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collector import Collector
from tests.live.recorded import SECRET, Recorded

Record = Callable[..., Recorded]

APP = "beside/apps/beside_app.py"
QUESTION = "Do I need an umbrella?"
WORK = ["look_up", "note"]
CONFIGURATION = """
file_format: "1.0-rc.1"
resource:
  attributes:
    - {{name: service.name, value: theirs}}
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http: {{endpoint: "{url}/v1/traces"}}
"""
VENDORS = ("own", "logfire", "logfire_twice", "phoenix", "langfuse", "traceloop", "laminar")


def check(recorded: Recorded, backend: Collector) -> None:
    """Check that both have all of the agent's steps, and that nothing was said of it."""
    sent = {span.name for span in backend.spans}
    agents = [step for step in recorded.steps if step.kind == "agent" and step.name == "beside-agent"]
    inside = [step.name for step in recorded.steps if step.kind == "tool"]

    assert len(agents) == 1
    assert inside[-2:] == WORK
    assert SECRET not in recorded.everything()
    assert "[REDACTED:" in recorded.everything()
    assert {"invoke_agent beside-agent", *(f"execute_tool {name}" for name in WORK)} <= sent
    assert not any(word in recorded.complaints for word in ("agent_inspector", "Overriding", "Traceback"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_that_is_there_first_is_joined(record: Record, backend: Collector, vendor: str) -> None:
    recorded = record(APP, QUESTION, "plain", VENDOR=vendor, ORDER="theirs first", BACKEND=backend.url)

    assert (recorded.run.name, recorded.run.status) == ("beside-agent", "completed")
    check(recorded, backend)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_that_comes_later_takes_our_place(record: Record, backend: Collector, vendor: str) -> None:
    recorded = record(APP, QUESTION, VENDOR=vendor, ORDER="ours first", BACKEND=backend.url)
    calls = [step for step in recorded.shown if step.kind == "llm"]

    assert (recorded.run.name, recorded.run.status) == ("beside_app.py", "completed")
    assert [step.name for step in recorded.steps if step.kind == "tool"] == ["look_up", "look_up", *WORK]
    assert [(step.model, step.counted) for step in calls] == [("gpt-4o-mini", True)]
    assert recorded.run.llm_calls == 1
    # The root of our run is in their trace, too, although it ends last.
    assert "invoke_agent beside_app.py" in {span.name for span in backend.spans}
    check(recorded, backend)


@pytest.mark.parametrize("launcher", ["run", "instrument"])
def test_a_provider_of_a_configuration_file_is_joined(
    record: Record, backend: Collector, tmp_path: Path, launcher: str
) -> None:
    file = tmp_path / "otel.yaml"
    file.write_text(CONFIGURATION.format(url=backend.url), encoding="utf-8")
    recorded = record(
        APP,
        QUESTION,
        launcher,
        VENDOR="none",
        ORDER="theirs first",
        BACKEND=backend.url,
        OTEL_CONFIG_FILE=str(file),
        OTEL_PYTHON_DISTRO="agent_inspector",
    )

    assert recorded.run.status == "completed"
    assert recorded.run.llm_calls == 1
    assert {span.resource["service.name"] for span in backend.spans} == {"theirs"}
    check(recorded, backend)
