"""Programs that we start and surely end: each in a process group of its own, ended by its own id."""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Self

GRACE_SECONDS = 3.0


class OwnedProcess:
    """A server beside us. Ended on leaving the context, at exit and on SIGTERM or SIGHUP, with all its children."""

    def __init__(self, command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path, log: Path) -> None:
        end_on_signals()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.end)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Ask, wait, then force. Harmless when it has ended."""
        atexit.unregister(self.end)
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        # The group may outlive its leader: children that ignored the first signal go here.
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP unwind the program as an exception does; by default they would orphan our children."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _unwind)
            sys.unraisablehook = _dropped


_received: list[int] = []


def _unwind(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise SystemExit(128 + number)


def _dropped(unraisable: "sys.UnraisableHookArgs") -> None:
    """Our own end, dropped in a finaliser, is taken up by ``end_if_told``: nobody needs to read of it."""
    if not (_received and isinstance(unraisable.exc_value, SystemExit)):
        sys.__unraisablehook__(unraisable)


def end_if_told() -> None:
    """For endless loops: Python drops an exception that a signal raises in a finaliser, and the signal with it."""
    if _received:
        raise SystemExit(128 + _received[0])
