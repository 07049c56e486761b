"""The documents tell everything that there is, and nothing that there is not."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer

import agent_inspector
from agent_inspector import Trace, TraceConfig, adapters, model
from agent_inspector.cli.entry import app as command
from agent_inspector.cli.verbs import VERBS, load_verb
from agent_inspector.server.app import new_app
from agent_inspector.sources import PRESETS
from otel_bridge.distro import DEFAULTS
from tests.contract.pages import (
    PAGES,
    ROOT,
    code_of,
    first_names,
    name_of,
    read,
    rows,
    sections,
)

SHAPES = (
    *(model.Run, model.Step, model.Tokens, model.StepDetail, model.Content, model.StepError, model.Stats),
    *(model.SearchPage, model.SearchHit, model.StepReading, model.RunFacets, model.Session),
    *(model.Statistics, model.PeriodUse, model.NamedUse, model.Latency),
    *(model.Comparison, model.ComparedStep, model.Divergence, model.Difference),
    *(model.RunFindings, model.Finding, model.Evidence, model.Suspect, model.Candidate, model.Loss),
    *(model.Conversation, model.Turn),
    *(model.StepCost, model.CostPart),
    *(model.StepContext, model.MessageChange, model.ContextShare),
    *(model.StepProvenance, model.TracedValue, model.ValueSource),
)
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=name_of)


@pytest.fixture
def defaults(monkeypatch: pytest.MonkeyPatch) -> TraceConfig:
    """The configuration where nothing is set."""
    for name in [name for name in os.environ if name.startswith("TRACE_")]:
        monkeypatch.delenv(name)
    return TraceConfig()


# Settings


def test_every_setting_is_documented_with_its_variable_and_default(defaults: TraceConfig) -> None:
    documented = {
        row[0]: row[1:3] for row in rows(read("docs/configuration.md")) if row[1].startswith("`TRACE_")
    }
    elsewhere = {"db_path"}  # depends on the system

    assert {f"`{item.name}`": f"`{item.metadata['env']}`" for item in fields(defaults)} == {
        name: variable for name, (variable, _) in documented.items()
    }
    assert {
        f"`{name}`": f"`{written(value)}`"
        for name, value in defaults.to_dict().items()
        if name not in elsewhere
    } == {name: default for name, (_, default) in documented.items() if name.strip("`") not in elsewhere}


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)


def test_every_profile_is_documented_with_what_it_changes() -> None:
    documented = {row[0]: row[1] for row in rows(sections(read("docs/configuration.md"))["Profiles"])}

    assert {
        f"`{profile.value}`": ", ".join(f"`{name}` {written(value)}" for name, value in preset.items())
        for profile, preset in PRESETS.items()
    } == documented


def test_the_variables_that_the_distribution_sets_are_documented() -> None:
    section = sections(read("docs/configuration.md"))["OpenTelemetry's variables"]
    documented = {row[0].strip("`"): row[1].strip("`") for row in rows(section) if len(row) == 3}

    assert dict(DEFAULTS) == documented


@EVERY_PAGE
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    known = {item.metadata["env"] for item in fields(TraceConfig)} | {"TRACE_PROFILE"}
    named = set(re.findall(r"\bTRACE_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))

    assert named - known == set()


# Command line


def options_of(parameters: list[Any]) -> set[str]:
    given = {option for part in parameters for option in (*part.opts, *part.secondary_opts)}
    return {option for option in given if option.startswith("-")}


def documented_options(section: str) -> set[str]:
    return {option for row in rows(section) for option in re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", row[0])}


def test_every_verb_has_a_section_and_no_other() -> None:
    documented = [title for title in sections(read("docs/cli.md")) if title.startswith("agent-inspector ")]

    assert sorted(f"agent-inspector {verb}" for verb in VERBS) == sorted(documented)


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_of_a_verb_is_documented_and_no_other(verb: str) -> None:
    section = sections(read("docs/cli.md"))[f"agent-inspector {verb}"]

    assert options_of(load_verb(verb).params) == documented_options(section)


def test_the_options_of_the_command_itself_are_documented() -> None:
    section = sections(read("docs/cli.md"))["agent-inspector"]

    assert options_of(typer.main.get_command(command).params) | {"--help", "-h"} == documented_options(
        section
    )


@EVERY_PAGE
def test_no_page_names_a_verb_that_does_not_exist(page: Path) -> None:
    code = "\n".join(code_of(page.read_text(encoding="utf-8")))
    named = set(re.findall(r"\bagent-inspector (?:--db \S+ )?([a-z][a-z-]*)", code))

    assert named - set(VERBS) == set()


# HTTP API


def operations() -> Iterator[tuple[str, set[str]]]:
    """Yield every operation as `GET /path`, with the names of its query parameters."""
    for path, methods in new_app(TraceConfig(api_enabled=True)).openapi()["paths"].items():
        for method, operation in methods.items():
            parameters = {part["name"] for part in operation.get("parameters", ()) if part["in"] == "query"}
            yield f"{method.upper()} {path}", parameters


def test_every_endpoint_is_documented_with_its_parameters_and_no_other() -> None:
    endpoints = {title: body for title, body in sections(read("docs/api.md")).items() if " /" in title}

    assert dict(operations()) == {title: set(first_names(body)) for title, body in endpoints.items()}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
def test_every_field_of_a_shape_is_documented_and_no_other(shape: type[Any]) -> None:
    section = sections(read("docs/api.md"))[shape.__name__]

    assert [item.name for item in fields(shape)] == first_names(section)


@EVERY_PAGE
def test_no_page_names_an_endpoint_that_does_not_exist(page: Path) -> None:
    known = {operation for operation, _ in operations()}
    code = "\n".join(code_of(page.read_text(encoding="utf-8")))
    named = {f"{method} {path}" for method, path in re.findall(r"\b(GET|POST|PUT|DELETE) (/[\w/{}]+)", code)}

    assert named - known == set()


# Python


def test_every_public_name_is_documented() -> None:
    assert undocumented(agent_inspector.__all__, "docs/recording.md") == []


def test_every_call_of_the_facade_is_documented() -> None:
    calls = [name for name, _ in inspect.getmembers(Trace, inspect.isfunction) if not name.startswith("_")]

    assert undocumented(calls, "docs/recording.md") == []


def test_every_adapter_is_documented() -> None:
    assert undocumented(adapters.__all__, "docs/frameworks.md") == []


def undocumented(names: list[str], page: str) -> list[str]:
    words = set(re.findall(r"\w+", "\n".join(code_of(read(page)))))
    return [name for name in names if name not in words]


def test_the_architecture_names_every_module_at_the_top_of_both_packages() -> None:
    named = set(re.findall(r"\w+", "\n".join(code_of(read("ARCHITECTURE.md")))))
    apart = {"version", "json_text", "__init__", "__main__", "__pycache__", "py"}
    modules = {
        path.name.partition(".")[0]
        for package in ("agent_inspector", "otel_bridge")
        for path in (ROOT / package).iterdir()
    }

    assert modules - apart - named == set()
