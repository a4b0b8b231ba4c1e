"""The command as a process whose stdout is closed, full, unread or in an old encoding: never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.test_data_commands import storm

TOCSIN = Path(sys.executable).with_name("tocsin")
SECONDS = 30


def run(*arguments, stdin="", encoding=None, **streams):
    env = {**os.environ, **({"PYTHONIOENCODING": encoding} if encoding else {})}
    return subprocess.run(
        [TOCSIN, *arguments],
        input=stdin.encode(),
        env=env,
        check=False,
        timeout=SECONDS,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )


def unread():
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "wb")


COMMANDS = [
    ("client", "check", "{client}"),
    ("replay", "{client}", "-"),
    ("bench", "score", "--json"),
    ("bench", "score"),
    ("score",),
    ("--version",),
    ("--help",),
    ("client", "--help"),
]


def filled(arguments, client_file):
    return [str(client_file()) if part == "{client}" else part for part in arguments]


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_reader_that_has_enough_is_no_error(client_file, arguments):
    with unread() as pipe:
        result = run(*filled(arguments, client_file), stdin="\n".join(storm()), stdout=pipe)

    assert result.returncode == 0
    assert result.stderr == b""


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_full_disk_is_named(client_file, arguments):
    with Path("/dev/full").open("wb") as full:
        result = run(*filled(arguments, client_file), stdin="\n".join(storm()), stdout=full)

    assert result.returncode == 1
    assert result.stderr == b"the output cannot be written: No space left on device\n"


def test_a_closed_stdout_is_named(client_file):
    closed = subprocess.run(
        ["/bin/sh", "-c", '"$0" "$@" >&-', TOCSIN, "client", "check", client_file()],
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )

    assert closed.returncode == 1
    assert closed.stderr == b"the output cannot be written: stdout is closed\n"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "latin-1:strict"])
def test_what_an_encoding_cannot_show_is_escaped(client_file, encoding):
    shown = run("replay", client_file(), "-", stdin="\n".join(storm()), encoding=encoding)
    data = run("score", stdin='{"text": "жах é 😀"}', encoding=encoding)

    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"\\u" in shown.stdout
    assert json.loads(data.stdout)["text"] == "жах é 😀"
