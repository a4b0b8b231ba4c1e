"""Protects: feeds as they are found in the wild, through the whole local stack: no crash, no lost item, no repetition.

The recorded feeds lie beside the project, not in it; without them these tests skip and say so.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tests.support.functions import ROOT
from tocsin.adapters.sources.feeds import parse_feed
from tocsin.domain.client_file import parse_client
from tocsin.domain.matching import TermMatcher
from tocsin_cli.main import app
from tocsin_local.stack import LocalStack
from tocsin_local.summary import one_pass

WILD = ROOT.parent / "shared" / "corpus" / "feeds" / "wild"
COMMON = "the and for with che les des und de la del van el na на не για です 하는".split()
WEB_PAGES = {"rss-parser__unrecognized.rss"}
MODIFIED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

pytestmark = [
    pytest.mark.skipif(not WILD.is_dir(), reason="the recorded feeds (../shared/corpus) are not here"),
]


class Site:
    """Serves each recorded file with the content type of its kind, an ETag and Last-Modified; counts what it sent."""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = (WILD / Path(self.path).name).read_bytes()
                etag = f'"{Path(self.path).name}"'
                fresh = not site.conditional or self.headers.get("If-None-Match") != etag
                self.send_response(200 if fresh else 304)
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", format_datetime(MODIFIED, usegmt=True))
                self.send_header("Content-Type", content_type(self.path))
                self.send_header("Content-Length", str(len(body) if fresh else 0))
                self.end_headers()
                if fresh:
                    site.sent += len(body)
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.sent = 0
        self.conditional = True
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def content_type(path: str) -> str:
    return "application/feed+json" if path.endswith(".json") else "application/xml"


class Run:
    """Three passes on one stack; in the third the site answers every question in full."""

    def __init__(self, stack: LocalStack, site: Site) -> None:
        self.stack, self.site = stack, site
        self.first = one_pass(stack)
        sent = site.sent
        self.second = one_pass(stack, datetime.now(UTC) + timedelta(minutes=2))
        self.sent = (sent, site.sent - sent)
        site.conditional = False
        self.third = one_pass(stack, datetime.now(UTC) + timedelta(minutes=10))
        site.conditional = True


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    site = Site()
    urls = [f"http://{site.host}/{path.name}" for path in sorted(WILD.iterdir())]
    file = {
        "client": "wild",
        "name": "Wild",
        "timezone": "Europe/Kyiv",
        "brands": [{"name": "Common", "terms": COMMON}],
        "sources": [{"kind": "rss", "urls": urls, "every": 1}],
        "responders": [{"name": "Duty", "email": "duty@agency.example"}],
    }
    client = parse_client(yaml.safe_load(json.dumps(file)))
    with LocalStack(client, allow_hosts=[site.host], auth=True) as stack:
        yield Run(stack, site)
    site.close()


def test_every_feed_is_read_and_what_is_none_says_so(run: Run) -> None:
    unread = {
        source.url.rsplit("/", 1)[1]: source.reason or "" for source in run.first.sources if source.state != "read"
    }
    assert set(unread) == WEB_PAGES
    assert all("a web page" in reason for reason in unread.values())
    assert len(run.first.sources) == len(list(WILD.iterdir()))


def test_no_item_is_lost_between_the_feed_and_the_table(run: Run) -> None:
    """What the table has is what parsing and matching alone give, and nothing went to the dead letters."""
    matcher = TermMatcher(run.stack.client.brands[0])
    expected = set()
    for source in run.first.sources:
        path = WILD / source.url.rsplit("/", 1)[1]
        if path.name in WEB_PAGES:
            continue
        posts, _ = parse_feed(
            path.read_bytes(), url=source.url, content_type=content_type(source.url), medium="news", fetched_at=MODIFIED
        )
        assert source.items == len(posts)
        expected |= {post.id for post in posts if matcher.matches(post.words)}
    assert {scored.mention.id for scored in run.stack.tables.mentions()} == expected
    assert len(expected) > 500
    assert run.first.dead_letters == 0


def test_a_second_pass_finds_nothing_new_and_transfers_almost_nothing(run: Run) -> None:
    assert (run.second.items, run.second.mentions) == (0, 0)
    assert {source.state for source in run.second.sources if source.url.rsplit("/", 1)[1] not in WEB_PAGES} == {
        "unchanged"
    }
    first, second = run.sent
    web_pages = sum((WILD / name).stat().st_size for name in WEB_PAGES)
    assert second <= web_pages
    assert second <= first / 1_000


def test_without_an_etag_the_seen_set_alone_finds_nothing_new(run: Run) -> None:
    """A source that knows no conditional GET sends all of it again."""
    assert run.third.items == run.first.items
    assert run.third.mentions == 0


def test_the_command_tells_the_same(run: Run, tmp_path: Path) -> None:
    """`tocsin run CLIENT.yaml --once --json`, as a person calls it."""
    path = tmp_path / "wild.yaml"
    path.write_text(yaml.safe_dump(run.stack.client.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(path), "--once", "--json", "--allow-host", run.site.host])
    assert done.exit_code == 0, done.stderr[-2_000:]
    summary = json.loads(done.stdout)
    assert (summary["items"], summary["mentions"]) == (run.first.items, run.first.mentions)
