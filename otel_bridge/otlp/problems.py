"""What can be wrong with a request body, told in one sentence each.

MalformedBody             not what its content type or encoding says (answer 400)
+-- UnsupportedBody       a content type or encoding that we do not read (415)
+-- BodyTooLarge          more than the limits allow (413)
"""

from __future__ import annotations


class MalformedBody(ValueError):
    """The body cannot be read at all; its text says why in one sentence."""


class UnsupportedBody(MalformedBody):
    """The body has a content type or an encoding that we do not read."""


class BodyTooLarge(MalformedBody):
    """The body is, or unpacks to, more than the limit."""


class BadRecord(ValueError):
    """One span cannot be kept; the others of its request can."""
