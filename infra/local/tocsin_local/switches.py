"""The one file through which a local run tells its functions what a template never could."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path


class Switches:
    """``now`` is the functions' clock (None: the real one); ``allow_hosts`` are exempt from the fetch guard."""

    VARIABLE = "TOCSIN_LOCAL"

    def __init__(self, path: Path, *, allow_hosts: Iterable[str] = (), now: datetime | None = None) -> None:
        self.path = path
        self._allow_hosts = tuple(allow_hosts)
        self.now = now
        self._write()

    def set_now(self, now: datetime | None) -> None:
        self.now = now
        self._write()

    def allow(self, host: str) -> None:
        """Let the fetch guard pass exactly this host:port."""
        self._allow_hosts = (*self._allow_hosts, host)
        self._write()

    def _write(self) -> None:
        now = None if self.now is None else self.now.isoformat().replace("+00:00", "Z")
        scratch = self.path.with_suffix(".new")
        scratch.write_text(json.dumps({"allow_hosts": self._allow_hosts, "now": now}), encoding="utf-8")
        # A function may read at any moment: it finds the old file or the new one, never half of one.
        os.replace(scratch, self.path)  # noqa: PTH105
