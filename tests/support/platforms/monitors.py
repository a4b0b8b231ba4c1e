"""Other monitors whose findings a client pays for."""
# ruff: noqa: RUF012 the base class types them as ClassVar

from datetime import date, timedelta
from typing import Any

from tests.support.loopback import Answer, Call, answer
from tests.support.platforms.world import Family, Item, iso


class Brand24(Family):
    """Rows of days, newest first, with a cursor."""

    kind = "brand24"
    source = {"kind": "brand24", "projects": ["777"], "every": 30}
    hosts = frozenset({"api-data.brand24.com"})
    secret = {"api_key": "s3cret-brand24"}
    late = timedelta(hours=2)
    size = 40
    burst = 90

    def answer(self, call: Call) -> Answer:
        if call.headers.get("x-api-key") != self.secret["api_key"]:
            return self.expired(call)
        if call.path != "/api-data/v1/project/777/mentions":
            return self.unknown(call)
        low, high = (date.fromisoformat(call.query[name]) for name in ("date_from", "date_to"))
        found = [item for item in self.items(call) if item.named and low <= item.at.date() <= high]
        start = call.asked("cursor", 0)
        page, more = self.cut(call, found, self.size, start)
        following = {"has_more_mentions": more, "cursor": str(start + self.size) if more else None}
        return answer({"status": "success", "data": {"results": [self._row(item) for item in page], **following}})

    def expired(self, call: Call) -> Answer:
        return answer({"status": "fail", "message": "Invalid API key"}, 401)

    def _row(self, item: Item) -> dict[str, Any]:
        return {
            "date": f"{item.at:%Y-%m-%d}",
            "time": f"{item.at:%H:%M:%S}",
            "title": "Bread",
            "content": self.words(item),
            "source": f"https://paper.example/{item.number}",
            "host": "paper.example",
            "category": "news",
        }


class Mention(Family):
    """Numbered as they were found; ``since_id`` asks for what was found later."""

    kind = "mention"
    source = {"kind": "mention", "alerts": ["acc_1/77"], "every": 30}
    hosts = frozenset({"api.mention.net"})
    secret = {"access_token": "s3cret-mention"}
    late = timedelta(hours=3)
    size = 20
    burst = 50

    def answer(self, call: Call) -> Answer:
        if call.bearer != self.secret["access_token"]:
            return self.expired(call)
        if call.path != "/api/accounts/acc_1/alerts/77/mentions":
            return self.unknown(call)
        low, below = call.asked("since_id", 0), call.asked("before_id", 10**9)
        found = [item for item in self.items(call) if item.named and low < item.number < below]
        found.sort(key=lambda item: -item.number)
        page, more = self.cut(call, found, self.size)
        since = f"since_id={low}&" if low else ""
        href = f"{call.path}?limit=200&{since}before_id={page[-1].number}" if more else ""
        return answer(
            {"mentions": [self._row(item) for item in page], "_links": {"more": {"href": href}} if more else {}}
        )

    def expired(self, call: Call) -> Answer:
        return answer({"message": "The access token is invalid"}, 401)

    def _row(self, item: Item) -> dict[str, Any]:
        return {
            "id": str(item.number),
            "title": "Bread",
            "description": self.words(item),
            "original_url": f"https://paper.example/{item.number}",
            "published_at": iso(item.at),
            "source_type": "news",
        }
