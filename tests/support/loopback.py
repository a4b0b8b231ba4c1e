"""Platforms on this machine's loopback: real sockets, and faults as a bad day on the Internet has them.

``LoopbackHttp`` is the real GuardedHttp with one seam: ``https://HOST/PATH?Q`` is asked as
``http://127.0.0.1:PORT/HOST/PATH?Q``. Since all hosts are one origin then, that private headers stay with the first
host is not tried here (tests/unit/adapters/test_http_guard.py does).
"""

import json
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tocsin.adapters.http_guard import GuardedHttp, HttpReply

WAIT = 600
"""Seconds that a fake names in Retry-After."""


class Fault(StrEnum):
    THROTTLED = "429"
    THROTTLED_FOR = "429 with Retry-After"
    DOWN = "500"
    BUSY = "503"
    CUT = "the connection ends in mid-body"
    SHORT = "Content-Length is less than the body"
    RESET = "the connection ends without an answer"
    DRIP = "a byte now and then"
    LOOP = "a redirect to itself"
    BLANK = "200 with an empty body"
    HTML = "a web page instead of an answer"
    NOTHING = "a page without items, though there are some"
    ANCHOR = "the last item of a page is deleted before the next is asked for"
    EXPIRED = "the token is no longer valid"


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(value: Any = None, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Answer:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(json.dumps(value).encode(), status, {**kind, **(headers or {})})


@dataclass(frozen=True)
class Call:
    """One request as it came over the wire. ``path`` is the platform's, without its host."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    fault: Fault | None = None
    pairs: Sequence[tuple[str, str]] = ()

    def all(self, name: str) -> list[str]:
        """Of what may be asked several times: each value."""
        return [value for key, value in self.pairs if key == name]

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def asked(self, name: str, default: int) -> int:
        said = self.query.get(name, "")
        return int(said) if said.isdigit() else default


class Site(Protocol):
    def fault(self, call: Call) -> Fault | None: ...

    def answer(self, call: Call) -> Answer: ...


class Loopback:
    """One server for all hosts. ``site`` answers; ``calls`` remembers everything that was asked."""

    def __init__(self) -> None:
        loopback = self
        self.site: Site | None = None
        self.calls: list[Call] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with suppress(OSError):
                    loopback._serve(self)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        call = _call_of(request)
        assert self.site is not None
        fault = self.site.fault(call)
        call = replace(call, fault=fault)
        self.calls.append(call)
        if fault is Fault.RESET:
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        said = _instead(fault, request.path) or self.site.answer(call)
        _send(request, said, fault)


def _call_of(request: BaseHTTPRequestHandler) -> Call:
    parts = urlsplit(request.path)
    host, _, path = parts.path.removeprefix("/").partition("/")
    return Call(
        method=request.command,
        host=host,
        path=f"/{path}",
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        pairs=parse_qsl(parts.query, keep_blank_values=True),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.rfile.read(int(request.headers.get("Content-Length") or 0)),
    )


def _instead(fault: Fault | None, path: str) -> Answer | None:
    """What stands where the platform's own answer is due."""
    if fault is Fault.THROTTLED:
        return Answer(b"slow down", 429)
    if fault is Fault.THROTTLED_FOR:
        return Answer(b"slow down", 429, {"Retry-After": str(WAIT)})
    if fault is Fault.DOWN:
        return Answer(b"oops", 500)
    if fault is Fault.BUSY:
        return Answer(b"upstream", 503)
    if fault is Fault.LOOP:
        return Answer(status=302, headers={"Location": path})
    if fault is Fault.BLANK:
        return Answer()
    if fault is Fault.HTML:
        page = b"<!doctype html><html><head><title>Just a moment</title></head><body>Checking</body></html>"
        return Answer(page, headers={"Content-Type": "text/html"})
    return None


def _send(request: BaseHTTPRequestHandler, said: Answer, fault: Fault | None) -> None:
    length = len(said.body)
    if fault is Fault.SHORT:
        length = max(length * 2 // 3, 1)
    request.send_response(said.status)
    for name, value in said.headers.items():
        request.send_header(name, value)
    if said.status != 304:
        request.send_header("Content-Length", str(length))
    request.end_headers()
    if fault is Fault.CUT:
        request.wfile.write(said.body[: length // 2])
    elif fault is Fault.DRIP:
        for byte in said.body[:200]:
            request.wfile.write(bytes([byte]))
            time.sleep(0.05)
    else:
        request.wfile.write(said.body)


class LoopbackHttp(GuardedHttp):
    """``patience``: no request gets more real time than this. ``origin``: where the loopback listens, https for TLS."""

    def __init__(
        self,
        port: int,
        *,
        clock: Callable[[], datetime],
        patience: timedelta | None = None,
        scheme: str = "http",
        ca_file: str | None = None,
    ) -> None:
        super().__init__(
            allow_hosts=frozenset({f"127.0.0.1:{port}"}),
            ca_file=ca_file,
            clock=clock,
            sleep=lambda _: None,
            rand=lambda: 0.0,
        )
        self._here, self._patience = f"{scheme}://127.0.0.1:{port}/", patience

    def get(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        private: Mapping[str, str] | None = None,
        accept_throttle: bool = False,
    ) -> HttpReply:
        reply = super().get(
            self._there(url), headers, self._within(budget), private=private, accept_throttle=accept_throttle
        )
        return self._back(reply)

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        data: bytes,
        private: Mapping[str, str] | None = None,
    ) -> HttpReply:
        return self._back(super().post(self._there(url), headers, self._within(budget), data=data, private=private))

    def _within(self, budget: timedelta) -> timedelta:
        return min(budget, self._patience) if self._patience else budget

    def _there(self, url: str) -> str:
        assert url.startswith("https://"), f"{url} is not asked by https"
        return self._here + url.removeprefix("https://")

    def _back(self, reply: HttpReply) -> HttpReply:
        moved = reply.moved_permanently_to
        return reply.model_copy(
            update={
                "url": reply.url.replace(self._here, "https://", 1),
                "moved_permanently_to": moved.replace(self._here, "https://", 1) if moved else None,
            }
        )
