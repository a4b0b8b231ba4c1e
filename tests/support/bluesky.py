"""A Bluesky server on loopback: logins and search, in the documented shapes (written by us; nothing recorded)."""

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PASSWORD = "an invented app password"
TOKEN = "an-invented-token"


class Bluesky:
    """``posts`` are (published, text); ``logins`` counts them. ``secret`` is what a client's secret for it holds."""

    def __init__(self) -> None:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                if not self.path.endswith("createSession") or given.get("password") != PASSWORD:
                    self.answer(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
                    return
                server.logins += 1
                self.answer(200, {"accessJwt": TOKEN, "refreshJwt": TOKEN, "did": "did:plc:desk", "handle": "desk"})

            def do_GET(self) -> None:
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    self.answer(401, {"error": "AuthMissing", "message": "Authentication Required"})
                    return
                if "getPostThread" in self.path:
                    self.answer(400, {"error": "NotFound", "message": "Post not found"})
                    return
                if "getPosts" in self.path:
                    self.answer(200, {"posts": []})  # all of them are deleted
                    return
                self.answer(200, {"posts": [server.post(number) for number in reversed(range(len(server.posts)))]})

            def answer(self, status: int, value: Any) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.posts: list[tuple[datetime, str]] = []
        self.logins = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.secret = {"identifier": "desk.agency.example", "password": PASSWORD, "service": f"http://{self.host}"}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def post(self, number: int) -> dict[str, Any]:
        at, text = self.posts[number]
        return {
            "uri": f"at://did:plc:reader/app.bsky.feed.post/post{number}",
            "cid": f"cid{number}",
            "author": {"did": "did:plc:reader", "handle": "reader.example", "displayName": "Reader"},
            "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": at.isoformat(), "langs": ["uk"]},
            "indexedAt": at.isoformat(),
            "likeCount": 1,
            "replyCount": 0,
            "repostCount": 0,
            "quoteCount": 0,
        }
