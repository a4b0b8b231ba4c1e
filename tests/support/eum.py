"""AWS End User Messaging on loopback: who is called, and SMS that are refused since the month's limit is reached."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VARIABLE = "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"
"""By it every SDK of AWS finds another address of this service."""
LIMIT = {
    "__type": "com.amazonaws.pinpointsmsvoicev2#ServiceQuotaExceededException",
    "Message": "Monthly spend limit reached",
    "Reason": "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
}


@dataclass(frozen=True)
class Asked:
    """``what``: SendTextMessage or SendVoiceMessage; ``context``: the outbox item's id."""

    what: str
    phone: str
    text: str
    context: str


class EumStub:
    """``limit_reached``: SMS are refused, as AWS does for the rest of the month; calls have a limit of their own."""

    def __init__(self, *, limit_reached: bool = False) -> None:
        stub = self
        self.limit_reached = limit_reached
        self.taken: list[Asked] = []
        self.refused: list[Asked] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = stub.asked(self.headers["X-Amz-Target"].partition(".")[2], body)
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def asked(self, what: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        context = body.get("Context", {}).get("tocsin", "")
        asked = Asked(what, body["DestinationPhoneNumber"], body.get("MessageBody", ""), context)
        if what == "SendTextMessage" and self.limit_reached:
            self.refused.append(asked)
            return 400, LIMIT
        self.taken.append(asked)
        return 200, {"MessageId": f"stub-{len(self.taken)}"}

    def called(self) -> list[str]:
        return [asked.phone for asked in self.taken if asked.what == "SendVoiceMessage"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
