"""Renaming: a vendor's attributes copied under the names of today's conventions, by one table per dialect."""

from __future__ import annotations

from collections.abc import Mapping

from otel_bridge.record import Attributes, AttributeValue


def renamed(attributes: Attributes, names: Mapping[str, str]) -> dict[str, AttributeValue]:
    """Copy attributes, adding those of the table `names` (theirs to ours) under our names too.

    What is there already under our name stays; of several of theirs with one name, so does the first.
    """
    found = dict(attributes)
    for theirs, ours in names.items():
        value = attributes.get(theirs)
        if value is not None and value != "" and ours not in found:
            found[ours] = value
    return found


def filled(values: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """Copy attributes without those that hold nothing."""
    return {name: value for name, value in values.items() if value not in (None, "", [], (), {})}
