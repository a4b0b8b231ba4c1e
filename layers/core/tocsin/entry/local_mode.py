"""Local mode: a story's clock and an allow-list of loopback hosts.

Only the local launcher can switch it on, by a variable that the template never sets and a file on this machine.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tocsin.adapters.clock import SystemClock
from tocsin.domain.model import UtcDatetime
from tocsin.ports import Clock

VARIABLE = "TOCSIN_LOCAL"


class LocalMode(BaseModel):
    """``now`` is the story's present moment; None means the real one. ``allow_hosts``: exact host:port pairs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_hosts: frozenset[str] = frozenset()
    now: UtcDatetime | None = None


class StoryClock:
    """Reads the file each time: the launcher moves the story's time while functions stay warm."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._real = SystemClock()

    def now(self) -> datetime:
        return read_local_mode(self._path).now or self._real.now()


def read_local_mode(path: Path) -> LocalMode:
    return LocalMode.model_validate_json(path.read_text(encoding="utf-8"))


def clock(environ: Mapping[str, str] = os.environ) -> Clock:
    path = environ.get(VARIABLE)
    return StoryClock(Path(path)) if path else SystemClock()


def allow_hosts(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    path = environ.get(VARIABLE)
    return read_local_mode(Path(path)).allow_hosts if path else frozenset()
