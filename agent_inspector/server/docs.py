"""The pages at `/docs` and `/redoc`: the OpenAPI document as plain HTML, made here, with no script and nothing remote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent_inspector.server.assets import answer_asset, make_asset

_STYLE: Final = make_asset("docs.css", (Path(__file__).parent / "docs.css").read_bytes())

router = APIRouter(include_in_schema=False)
home_router = APIRouter(include_in_schema=False)
"""Makes this page the first one, for a server without the web UI."""


@router.api_route("/docs", methods=["GET", "HEAD"])
@router.api_route("/redoc", methods=["GET", "HEAD"])
def open_docs(request: Request) -> Response:
    """Show the API's description."""
    return HTMLResponse(render_docs(request.app.openapi()), headers={"cache-control": "no-cache"})


@router.api_route("/docs/docs.css", methods=["GET", "HEAD"])
def open_docs_style(request: Request) -> Response:
    """Send the look of the page."""
    return answer_asset(request, _STYLE)


@home_router.api_route("/", methods=["GET", "HEAD"])
def open_home() -> Response:
    """Lead to this page."""
    return RedirectResponse("/docs", 307)


def render_docs(document: Mapping[str, Any]) -> str:
    """Write an OpenAPI document as a page for people."""
    info = document["info"]
    operations = "".join(
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    shapes = "".join(_shape(name, schema) for name, schema in document["components"]["schemas"].items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(info["title"])}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/docs.css"></head><body>'
        f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        '<p>For programs: <a href="/openapi.json">openapi.json</a>.</p>'
        f"<h2>Requests</h2>{operations}<h2>Shapes</h2>{shapes}</body></html>\n"
    )


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    parameters = [
        (part["name"], part["in"], _type_of(part["schema"]), part.get("description", ""))
        for part in operation.get("parameters", ())
    ]
    answers = [
        (status, answer.get("description", ""), _content_of(answer))
        for status, answer in operation["responses"].items()
    ]
    return (
        f"<section><h3><b>{method.upper()}</b> <code>{escape(path)}</code></h3>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"{_table(('parameter', 'in', 'type', 'meaning'), parameters)}"
        f"<details><summary>Answers</summary>{_table(('status', 'when', 'shape'), answers)}</details></section>"
    )


def _shape(name: str, schema: Mapping[str, Any]) -> str:
    rows = [
        (field, _type_of(part), part.get("description", ""))
        for field, part in schema.get("properties", {}).items()
    ]
    return (
        f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{escape(schema.get("description", ""))}</p>'
        f"{_table(('field', 'type', 'meaning'), rows)}</section>"
    )


def _content_of(answer: Mapping[str, Any]) -> str:
    return ", ".join(_type_of(content.get("schema", {})) for content in answer.get("content", {}).values())


def _table(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _type_of(schema: Mapping[str, Any]) -> str:
    """Say a JSON schema in a few words: `integer 1..1000 = 100`, `string | null`, `Run[]`."""
    words = " ".join(_words_of(schema)) or "any"
    return f"{words} = {schema['default']}" if schema.get("default") is not None else words


def _words_of(schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rsplit("/", 1)[-1]
    elif "anyOf" in schema:
        yield " | ".join(_type_of(choice) for choice in schema["anyOf"])
    elif "enum" in schema or "const" in schema:
        yield " | ".join(str(choice) for choice in schema.get("enum", [schema.get("const")]))
    elif schema.get("type") == "array":
        yield f"{_type_of(schema.get('items', {}))}[]"
    elif "type" in schema:
        yield schema["type"]
    if "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '')}..{schema.get('maximum', '')}"
