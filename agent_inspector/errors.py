"""Every exception of this package, in one tree.

InspectorError
├── ConfigError            a setting has a value that cannot be used (also a ValueError)
├── StoreError             the store cannot do what was asked
│   ├── StoreUnavailable   it cannot be opened: path, permission, disk
│   ├── StoreTooNew        a newer version of Agent Inspector wrote it
│   └── KeyMissing         its content is encrypted with a key that is not at hand
└── NotFound               no such run or step

None of them is ever raised into a traced program: there, they are logged once and counted.
Each message is one sentence that says what is wrong, why, and what to do next.
"""

from __future__ import annotations


class InspectorError(Exception):
    """Anything that Agent Inspector reports to a person."""


class ConfigError(InspectorError, ValueError):
    """A setting has a value that cannot be used."""


class StoreError(InspectorError):
    """The store cannot do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be opened: a path, a permission or the disk stands in the way."""


class StoreTooNew(StoreError):
    """The store was written by a newer version, which this one must not touch."""


class KeyMissing(StoreError):
    """Content is encrypted with a key that is not at hand."""


class NotFound(InspectorError):
    """No run or step has the given id."""
