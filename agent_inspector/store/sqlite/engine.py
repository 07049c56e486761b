"""The SQLite library that this Python is linked with."""

from __future__ import annotations

import sqlite3
from typing import Final

VERSION: Final[tuple[int, ...]] = sqlite3.sqlite_version_info
