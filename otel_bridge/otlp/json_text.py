"""JSON text of a request body: parsed fast, and slowly where a sender wrote what strict JSON forbids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson

from otel_bridge.otlp.problems import MalformedBody

Json: TypeAlias = Any


def parse(body: bytes) -> Mapping[str, Json]:
    """Return the JSON object of a body.

    JavaScript programs that cut a text in the middle of a character send lone surrogates, and some
    encoders write bare NaN: orjson refuses both, so that such bodies are read a second time.

    Raises:
        MalformedBody: the body is not a JSON object.
    """
    try:
        request = orjson.loads(body)
    except ValueError:
        request = _parse_leniently(body)
    if not isinstance(request, Mapping):
        raise MalformedBody("The body is JSON, but not an object.")
    return request


def _parse_leniently(body: bytes) -> Json:
    try:
        return _without_surrogates(json.loads(body))
    except RecursionError as error:
        raise MalformedBody("The body is JSON that is nested too deeply.") from error
    except ValueError as error:
        raise MalformedBody(f"The body is not valid JSON: {error}.") from error


def _without_surrogates(value: Json) -> Json:
    """Write lone surrogates, which no UTF-8 text can hold, as question marks."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
