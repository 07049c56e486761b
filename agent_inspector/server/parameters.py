"""Parameters: the types of query parameters that several endpoints share."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

LARGEST_NUMBER: Final = 2**53 - 1
"""The largest whole number that JSON carries safely; SQLite takes it too."""
LARGEST_COST: Final = 1e9
"""US dollars."""


def digits_only(value: Any) -> Any:
    """Refuse texts such as `1.0` and ` 1`, which pydantic would read as whole numbers and the document does not allow."""
    if isinstance(value, str) and not (value.isascii() and value.removeprefix("-").isdigit()):
        raise ValueError("a whole number is written in digits only")
    return value


WholeNumber = Annotated[int, BeforeValidator(digits_only)]
Count = Annotated[int, Field(ge=0, le=LARGEST_NUMBER), BeforeValidator(digits_only)] | None
Moment = Count
Cost = Annotated[float | None, Field(ge=0, le=LARGEST_COST)]
Duration = Annotated[float | None, Field(ge=0, le=LARGEST_NUMBER)]
Text = Annotated[str | None, Field(max_length=1000)]
