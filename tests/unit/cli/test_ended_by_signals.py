"""Protects: whoever ends an endless command reads no traceback, wherever the signal finds it."""

import signal
import subprocess
import sys

import pytest

IN_A_FINALISER = """
import os, signal
from tocsin_local.processes import end_if_told, end_on_signals

class Closing:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})

end_on_signals()
one = Closing()
del one
while True:
    end_if_told()
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_python_drops_in_a_finaliser_ends_the_loop_in_silence(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_A_FINALISER.format(name=name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (128 + signal.Signals[name], "")


def test_what_else_fails_in_a_finaliser_is_told() -> None:
    script = (
        "from tocsin_local.processes import end_on_signals\nend_on_signals()\nclass A:\n def __del__(self): 1 / 0\nA()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert "ZeroDivisionError" in done.stderr
