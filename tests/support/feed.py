"""An RSS feed on loopback that shows what was published by the story's present minute."""

import threading
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from tests.support.samples import NOON


class Feed:
    """``host`` is its host:port; ``posts`` are (published, title). ``searched``: each from
    another site, as a feed of a news search has them."""

    def __init__(self) -> None:
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/api/v3/post"):  # as a Lemmy server whose posts are all deleted
                    self.gone()
                    return
                body = feed.body()
                etag = f'"{len(feed.shown())}"'
                fresh = self.headers.get("If-None-Match") != etag
                self.send_response(200 if fresh else 304)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body) if fresh else 0))
                self.end_headers()
                if fresh:
                    self.wfile.write(body)

            def gone(self) -> None:
                body = b'{"error":"couldnt_find_post"}'
                self.send_response(404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.now = NOON
        self.posts: list[tuple[datetime, str]] = []
        self.searched = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def shown(self) -> list[tuple[int, datetime, str]]:
        return [(number, at, text) for number, (at, text) in enumerate(self.posts) if at <= self.now]

    def body(self) -> bytes:
        items = "".join(
            f"<item><guid>https://news.example/{number}</guid><link>https://{self._site(number)}/{number}</link>"
            f"<title>{escape(text)}</title><pubDate>{format_datetime(at)}</pubDate></item>"
            for number, at, text in self.shown()
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()

    def _site(self, number: int) -> str:
        return f"site-{number}.example" if self.searched else "news.example"
