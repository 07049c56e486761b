"""POST /v1/embeddings: texts as vectors in which texts with the same words lie close to each other."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from array import array
from collections.abc import Mapping, Sequence
from typing import Final

from model_server.reply import Reply
from model_server.script import Json
from model_server.usage import count_tokens

_DIMENSIONS: Final = 64


def answer_embeddings(request: Mapping[str, Json]) -> Reply:
    """Answer an embeddings request, as numbers or, as the official client asks for them, in base64."""
    texts = _texts(request["input"])
    vectors = [embed(text, request.get("dimensions") or _DIMENSIONS) for text in texts]
    packed = request.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": index, "embedding": _pack(vector) if packed else vector}
        for index, vector in enumerate(vectors)
    ]
    spent = sum(count_tokens(text) for text in texts)
    usage = {"prompt_tokens": spent, "total_tokens": spent}
    return Reply({"object": "list", "model": request["model"], "data": data, "usage": usage})


def embed(text: str, dimensions: int) -> list[float]:
    """Turn a text into a vector of length one, each word adding to one dimension."""
    counts = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()) or [""]:
        digest = hashlib.sha256(word.encode()).digest()
        counts[int.from_bytes(digest[:4], "big") % dimensions] += 1.0
    length = math.sqrt(sum(count * count for count in counts))
    return [count / length for count in counts]


def _texts(given: Json) -> list[str]:
    """Return the input as texts; some clients send the numbers of tokens instead, for one text or for several."""
    several = isinstance(given, list) and not all(isinstance(part, int) for part in given)
    return [part if isinstance(part, str) else str(part) for part in (given if several else [given])]


def _pack(vector: Sequence[float]) -> str:
    return base64.b64encode(array("f", vector).tobytes()).decode()
