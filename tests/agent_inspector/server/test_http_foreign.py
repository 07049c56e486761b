"""No answer makes a browser ask another site for anything, and no answer helps in guessing the key."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest

import agent_inspector
from agent_inspector.config import TraceConfig
from tests.agent_inspector.server.test_http_guard import ROUTES

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

PACKAGE: Final = Path(agent_inspector.__file__).parent
STATIC: Final = PACKAGE / "server" / "static"
BUILT: Final = sorted(path for path in STATIC.rglob("*") if path.suffix in (".html", ".js", ".css", ".svg"))
OURS: Final = {"'self'", "'none'", "data:"}
NO_SOURCES: Final = {"require-trusted-types-for", "trusted-types"}
LEADING_AWAY: Final = (
    "link",
    "refresh",
    "location",
    "report-to",
    "reporting-endpoints",
    "nel",
    "sourcemap",
    "x-sourcemap",
)
LOADED: Final = (
    r"""(?:src|href|srcset|poster|action|formaction|data|background|ping|manifest)\s*=\s*["']?([^"'\s>]+)""",
    r"""url\(\s*["']?([^"')\s]+)""",
    r"""@import\s+(?:url\()?["']?([^"')\s;]+)""",
    r"""(?:fetch|import|importScripts|EventSource|WebSocket|Worker|sendBeacon|XMLHttpRequest)\(\s*["'`]([^"'`]+)""",
    r"""\bfrom\s*["']([^"']+)["']""",
    r"""sourceMappingURL=(\S+)""",
)
"""Whatever makes a browser load something, in pages, styles and scripts."""


def foreign(text: str) -> list[str]:
    """Return the addresses of other sites that this page, style or script would have a browser load."""
    found = (match for pattern in LOADED for match in re.findall(pattern, text, re.IGNORECASE))
    return [address for address in found if urlsplit(address).netloc or address.startswith("//")]


@pytest.mark.parametrize("route", ROUTES)
def test_the_policy_of_every_answer_allows_this_site_only(client: Client, route: str) -> None:
    policy = client.get(route).headers["content-security-policy"]
    rules = {name: set(sources) for name, *sources in (rule.split() for rule in policy.split(";"))}

    assert {name: sources - OURS for name, sources in rules.items() if name not in NO_SOURCES} == {
        name: set() for name in rules if name not in NO_SOURCES
    }
    assert (rules["default-src"], rules["form-action"], rules["base-uri"]) == ({"'none'"},) * 3


@pytest.mark.parametrize("route", ROUTES)
def test_no_answer_names_another_site_to_load_from(client: Client, route: str) -> None:
    answer = client.get(route)

    leading = {name: answer.headers[name] for name in LEADING_AWAY if name in answer.headers}
    assert {name: value for name, value in leading.items() if "//" in value} == {}
    if "json" not in answer.headers.get("content-type", ""):
        assert foreign(answer.text) == []


@pytest.mark.skipif(not BUILT, reason="the UI is not built")
@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.name)
def test_no_part_of_the_ui_loads_from_another_site(path: Path) -> None:
    assert foreign(path.read_text(encoding="utf-8")) == []


def test_an_address_of_another_site_is_noticed() -> None:
    loading = (
        '<script src="https://cdn.example/x.js">', "<link rel=icon href=//cdn.example/i>", "@import 'https://f.example/c.css'",
        "a{background:url(//f.example/x.png)}", 'fetch("https://t.example/")', 'import("https://t.example/m.js")',
    )  # fmt: skip

    assert [len(foreign(text)) > 0 for text in loading] == [True] * len(loading)
    assert foreign('<a href="/v1/runs"> <img src="data:,"> import("./x.js")') == []


@pytest.fixture
def keyed(config: TraceConfig, client_of: Callable[[TraceConfig], Client]) -> Client:
    config.api_key, config.api_key_required = KEY, True
    return client_of(config)


KEY: Final = "0123456789abcdef0123456789abcdef"


def near_misses() -> Iterator[str]:
    """Yield keys that are wrong from the first sign on, from the last, or only too long."""
    for place in range(len(KEY)):
        yield KEY[:place]
        yield KEY[:place] + "x" + KEY[place + 1 :]
    yield from (KEY + "0", KEY + KEY, KEY.upper())


def test_no_answer_tells_how_much_of_a_key_is_right(keyed: Client) -> None:
    answers = [keyed.get("/v1/runs", headers={"X-API-Key": key}) for key in near_misses()]
    told = {
        (answer.status_code, answer.text, str(sorted(answer.headers.multi_items()))) for answer in answers
    }

    assert len(told) == 1
    assert keyed.get("/v1/runs", headers={"X-API-Key": KEY}).status_code == 200


def comparisons_of_keys(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that compare a key in a time that depends on it: by an operator, or by a method of its text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and not all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            if any(_is_key(side) for side in (node.left, *node.comparators)):
                yield node.lineno
        elif (isinstance(node, ast.Attribute) and _is_key(node.value) and node.attr != "encode") or (
            isinstance(node, ast.Subscript) and _is_key(node.value)
        ):
            yield node.lineno


def _is_key(node: ast.AST) -> bool:
    named = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return named == "api_key"


def test_keys_are_compared_in_constant_time_wherever_they_are() -> None:
    """Timing says nothing reliable in a test; that no other comparison is written does."""
    sources = {path: path.read_text(encoding="utf-8") for path in (PACKAGE / "server").rglob("*.py")}

    found = {path.name: list(comparisons_of_keys(ast.parse(text))) for path, text in sources.items()}
    by_digest = {
        path.name for path, text in sources.items() if "hmac.compare_digest(given, policy.api_key)" in text
    }

    assert {name: lines for name, lines in found.items() if lines} == {}
    assert by_digest == {"access.py", "otlp_grpc.py"}
    assert list(comparisons_of_keys(ast.parse("given == policy.api_key"))) == [1]
    assert list(comparisons_of_keys(ast.parse("api_key.startswith(given)"))) == [1]
