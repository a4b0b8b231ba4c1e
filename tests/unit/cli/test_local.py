"""The local AWS's parts that need no local AWS."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tocsin.adapters.sources.feeds import parse_feed
from tocsin.domain.sources import units_of
from tocsin_local.permissions import mend_permissions
from tocsin_local.platforms.server import Platforms
from tocsin_local.platforms.story import load_story, moved_to
from tocsin_local.switches import Switches

DEADLINE = 20.0


def test_switches_are_always_a_whole_file(tmp_path):
    path = tmp_path / "local.json"
    switches = Switches(path, allow_hosts=["127.0.0.1:1"])
    assert json.loads(path.read_text()) == {"allow_hosts": ["127.0.0.1:1"], "now": None}

    switches.set_now(datetime(2026, 3, 1, 7, tzinfo=UTC))
    switches.allow("127.0.0.1:2")
    assert json.loads(path.read_text()) == {
        "allow_hosts": ["127.0.0.1:1", "127.0.0.1:2"],
        "now": "2026-03-01T07:00:00Z",
    }
    assert list(tmp_path.iterdir()) == [path]


def test_platforms_speak_what_connectors_read():
    client, story = load_story()
    now = story.moment(60)
    with Platforms(story, lambda: now) as platforms, requests.Session() as session:
        heard = 0
        for unit in units_of(moved_to(client, platforms.base)):
            with session.get(unit.url) as answer:
                posts, warnings = parse_feed(
                    answer.content, url=unit.url, content_type=None, medium=unit.medium, fetched_at=now
                )
            assert not warnings
            assert all(post.author.name and post.url and post.published_at <= now for post in posts)
            heard += len(posts)
            for header, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
                with session.get(unit.url, headers={header: answer.headers[validator]}) as again:
                    assert again.status_code == 304
        with session.get(f"{platforms.base}nowhere") as missing:
            assert missing.status_code == 404
    assert heard == len(story.posts)


def test_a_story_hides_what_has_not_happened_yet():
    _, story = load_story()
    early = story.published("forum", story.moment(0))
    late = story.published("forum", story.moment(story.minutes))

    assert 0 < len(early) < len(late)
    assert late[0][0] > late[-1][0]
    looks = story.looks()
    assert looks == sorted(set(looks))
    assert story.crisis_at - looks[0] == timedelta(days=1)


class Roles:
    def __init__(self, *statements: dict[str, Any]) -> None:
        self.statements = statements
        self.written: list[Any] = []

    def client(self, _: str) -> "Roles":
        return self

    def list_roles(self) -> Any:
        return {"Roles": [{"RoleName": "tocsin-acme-Notify"}, {"RoleName": "other-Notify"}]}

    def list_role_policies(self, **_: Any) -> Any:
        return {"PolicyNames": ["own"]}

    def get_role_policy(self, **_: Any) -> Any:
        return {"PolicyDocument": {"Statement": list(self.statements)}}

    def put_role_policy(self, **policy: Any) -> None:
        self.written.append((policy["RoleName"], json.loads(policy["PolicyDocument"])["Statement"]))


def test_only_what_aws_would_not_ask_for_is_granted():
    allow = {"Effect": "Allow", "Resource": "q"}
    roles = Roles(
        {**allow, "Action": "sqs:SendMessage"},
        {**allow, "Action": ["dynamodb:PutItem"]},
        {"Effect": "Deny", "Resource": "q", "Action": "sqs:DeleteMessage"},
        {**allow, "Action": ["ses:SendEmail"], "Condition": {"StringEquals": {"ses:FromAddress": "a@b.example"}}},
    )
    mend_permissions(roles, "tocsin-acme")  # type: ignore[arg-type]

    assert roles.written == [
        (
            "tocsin-acme-Notify",
            [
                {"Effect": "Allow", "Action": ["sqs:SendMessageBatch"], "Resource": "q"},
                {"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": "*"},
            ],
        )
    ]


HOLDER = """
import signal, sys, time
from pathlib import Path
# As from a terminal, also where the tests themselves were started by nohup or in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from tocsin_local.processes import OwnedProcess
work = Path(sys.argv[1])
child = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)']);" \\
        "print(p.pid, flush=True); time.sleep(300)"
with OwnedProcess([sys.executable, "-c", child], env={}, cwd=work, log=work / "log") as process:
    print(process.pid, flush=True)
    time.sleep(300)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_what_we_started_ends_with_us(tmp_path, number):
    script = textwrap.dedent(HOLDER)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as holder:
        assert holder.stdout is not None
        started = [int(holder.stdout.readline())]
        started.append(_until(lambda: int((tmp_path / "log").read_text())))
        holder.send_signal(number)
        assert holder.wait(DEADLINE) != 0
    assert _until(lambda: not any(_alive(pid) for pid in started))


def _until(look):
    """The first true answer; an answer that is not there yet counts as false."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            if answer := look():
                return answer
        except (OSError, ValueError):
            pass
        time.sleep(0.02)
    raise AssertionError("not within the deadline")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A killed grandchild may wait to be collected by init: a zombie runs no more.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
