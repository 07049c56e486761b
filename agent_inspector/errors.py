"""Every exception of this package, in one tree.

InspectorError
├── ConfigError            a setting has a value that cannot be used (also a ValueError)
├── StoreError             the store cannot do what was asked
│   ├── StoreUnavailable   it cannot be reached for now: path, permission, lock, disk
│   │   └── StoreDamaged   its file is no longer a sound database
│   ├── StoreTooNew        a newer version of Agent Inspector wrote it
│   └── KeyMissing         its content is encrypted with a key that is not at hand
├── ImportRefused          a file holds no runs that could be imported
├── ReplayDiffers          a program that is replayed calls a tool otherwise than in the recording
└── NotFound               no such run or step

None but ReplayDiffers is ever raised into a traced program: there, they are logged once and counted.
Each message is one sentence that says what is wrong, why, and what to do next.
"""

from __future__ import annotations

from otel_bridge.record import SinkRefuses, SinkUnavailable


class InspectorError(Exception):
    """Anything that Agent Inspector reports to a person."""


class ConfigError(InspectorError, ValueError):
    """A setting has a value that cannot be used."""


class StoreError(InspectorError):
    """The store cannot do what was asked."""


class StoreUnavailable(StoreError, SinkUnavailable):
    """The store cannot be reached for now: a path, a permission, a lock or the disk stands in the way."""


class StoreDamaged(StoreUnavailable):
    """The file is no longer a sound database; whoever writes next sets it aside and begins a new one."""


class StoreTooNew(StoreError, SinkRefuses):
    """The store was written by a newer version, which this one must not touch."""


class KeyMissing(StoreError):
    """Content is encrypted with a key that is not at hand."""


class ImportRefused(InspectorError):
    """A file holds no runs that could be imported, or holds what must not be."""


class ReplayDiffers(InspectorError):
    """A program that `agent-inspector replay` runs calls a tool otherwise than in the recording."""


class NotFound(InspectorError):
    """No run or step has the given id."""
