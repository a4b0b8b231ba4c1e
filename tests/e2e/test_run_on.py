"""`tocsin run` without --once: it listens until it is told to stop, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

FIRST_ALERT_SECONDS, END_SECONDS = 240.0, 120.0


def test_it_listens_until_it_is_stopped(client_file, platforms, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    command = [Path(sys.executable).with_name("tocsin"), "run", client_file, "--allow-host", platforms.host]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(work)}
    ) as run:
        try:
            lines = _until_alert(run)
            assert run.poll() is None
            assert _processes_in(work), "the local AWS runs beside it"
            run.send_signal(signal.SIGTERM)
            assert run.wait(END_SECONDS) == 128 + signal.SIGTERM
        finally:
            run.kill()
        assert run.stderr is not None
        assert run.stderr.read() == ""
    assert any("listening; Ctrl-C ends it" in line for line in lines)
    assert not _processes_in(work)
    assert list(work.iterdir()) == []


def _until_alert(run):
    lines: list[str] = []
    queue: Queue[str] = Queue()
    threading.Thread(target=_pass_on, args=(run.stdout, queue), daemon=True).start()
    end = time.monotonic() + FIRST_ALERT_SECONDS
    while time.monotonic() < end:
        try:
            lines.append(queue.get(timeout=0.5))
        except Empty:
            if run.poll() is not None:
                break
            continue
        if "✉" in lines[-1]:
            return lines
    raise AssertionError(f"no alert was shown:\n{''.join(lines)}")


def _pass_on(stream, queue):
    for line in stream:
        queue.put(line)


def _processes_in(work):
    """Those whose environment names the folder: the local AWS and its functions have their home there."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            running = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            continue
        if running and os.fsencode(f"{work}/") in environment:
            found.append(int(entry.name))
    return found
