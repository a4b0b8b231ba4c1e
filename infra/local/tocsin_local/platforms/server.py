"""The simulated platforms' web server."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from tocsin_local.platforms.formats import render
from tocsin_local.platforms.story import Story

SHOWN = 40
"""As many items as a feed keeps; older ones leave it, as they do in real ones."""


class Platforms:
    """Serves every site of a story at ``base`` + host + path, as it stands at ``now()``. A context manager."""

    def __init__(self, story: Story, now: Callable[[], datetime]) -> None:
        pages = {f"/{site.url.split('://', 1)[1]}": name for name, site in story.sites.items()}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                name = pages.get(self.path)
                if name is None:
                    self._answer(404, b"not here", {"Content-Type": "text/plain"})
                    return
                posts = story.published(name, now())[:SHOWN]
                body, content_type = render(story.sites[name], posts)
                etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                headers = {"Content-Type": content_type, "ETag": etag}
                if posts:
                    headers["Last-Modified"] = format_datetime(posts[0][0], usegmt=True)
                if self._unchanged(etag, posts[0][0] if posts else None):
                    self._answer(304, b"", headers)
                else:
                    self._answer(200, body, headers)

            def _unchanged(self, etag: str, newest: datetime | None) -> bool:
                """The stronger validator decides alone (RFC 9110, 13.1.3)."""
                tags = self.headers.get("If-None-Match")
                if tags is not None:
                    return etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
                since = self.headers.get("If-Modified-Since")
                return since is not None and newest is not None and newest <= parsedate_to_datetime(since)

            def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Silent: the command tells the story."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.base = f"http://{self.host}/"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
