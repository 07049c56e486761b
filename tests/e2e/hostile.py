"""Texts as a hostile web page, document or tool puts them into an agent's mouth: they want to run, or to call home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

CANARY: Final = "canary.invalid"
"""No request may go there."""
_RUN: Final = "window.__ran=1;alert(1)"

SCRIPTS: Final[tuple[str, ...]] = (
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f'<img src=x onerror="{_RUN}">',
    f'"><img src=x onerror="{_RUN}">',
    f"'><svg onload='{_RUN}'>",
    f"<svg><script>{_RUN}</script></svg>",
    f'<svg><animate onbegin="{_RUN}" attributeName=x dur=1s>',
    f'<body onload="{_RUN}">',
    '<iframe srcdoc="<script>parent.__ran=1</script>"></iframe>',
    f'<iframe src="javascript:{_RUN}"></iframe>',
    f'<a href="javascript:{_RUN}">open</a>',
    f"[open](javascript:{_RUN})",
    f'<details open ontoggle="{_RUN}">',
    f'<input autofocus onfocus="{_RUN}">',
    f'<video><source onerror="{_RUN}"></video>',
    f'<audio src=x onerror="{_RUN}">',
    f'<object data="javascript:{_RUN}"></object>',
    f'<embed src="javascript:{_RUN}">',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{_RUN}">',
    f"<template><script>{_RUN}</script></template>",
    f'<form><button formaction="javascript:{_RUN}">go</button></form>',
    f'<style>@keyframes x{{}}</style><p style="animation-name:x" onanimationstart="{_RUN}">',
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"${{{_RUN}}}",
    f"<!--><img src=x onerror='{_RUN}'>-->",
    f"\u003cimg src=x onerror='{_RUN}'\u003e\u202e\u2066",
)

BEACONS: Final[tuple[str, ...]] = (
    f"![logo](https://{CANARY}/a.png)",
    f'<img src="https://{CANARY}/b.png">',
    f'<link rel="stylesheet" href="https://{CANARY}/c.css">',
    f"<style>@import url(https://{CANARY}/d.css);</style>",
    f'<p style="background:url(https://{CANARY}/e.png)">',
    f'<iframe src="https://{CANARY}/f"></iframe>',
    f'<meta http-equiv="refresh" content="0;url=https://{CANARY}/g">',
    f'<video poster="https://{CANARY}/h.png"></video>',
    f'<svg><image href="https://{CANARY}/i.png"/></svg>',
    f'<object data="https://{CANARY}/j"></object>',
    f'<link rel="dns-prefetch" href="//{CANARY}"><link rel="preconnect" href="https://{CANARY}">',
    f'<base href="https://{CANARY}/"><script src="k.js"></script>',
)

ODD_KEYS: Final[tuple[str, ...]] = (
    "__proto__", "__proto__.polluted", "constructor.prototype.polluted", "a.__proto__.polluted", "toString", "hasOwnProperty", "", "a.b.c", "k" * 10_000,
)  # fmt: skip
"""Names that an object of JavaScript has already, or that somebody may take for a path."""

POLLUTING: Final[Mapping[str, Any]] = {
    "__proto__": {"polluted": "yes"},
    "constructor": {"prototype": {"polluted": "yes"}},
    "prototype": {"polluted": "yes"},
    "nested": [{"__proto__": {"polluted": "yes"}, "a": {"constructor": {"prototype": {"polluted": "yes"}}}}],
}
"""Maps that give every object a field, where they are merged into one or walked by their keys."""
