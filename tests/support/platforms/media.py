"""News, feeds and video."""
# ruff: noqa: RUF012 the base class types them as ClassVar

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.support.loopback import Answer, Call, Fault, answer
from tests.support.platforms.world import Family, Item, World, iso


class Feeds(Family):
    """RSS with an ETag. It shows the newest sixty, in the order of appearance."""

    kind = "rss"
    source = {"kind": "rss", "urls": ["https://news.example/feed.xml"], "every": 5}
    hosts = frozenset({"news.example"})
    late = timedelta(hours=3)

    def answer(self, call: Call) -> Answer:
        if call.path != "/feed.xml":
            return self.unknown(call)
        shown = sorted(self.items(call), key=lambda item: -item.number)[:60]
        rows = "".join(
            f"<item><guid isPermaLink='false'>urn:{item.number}</guid><link>https://news.example/{item.number}</link>"
            f"<title>Bread</title><description>{self.words(item)}</description>"
            f"<pubDate>{format_datetime(item.at, usegmt=True)}</pubDate></item>"
            for item in shown
        )
        body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{rows}</channel></rss>".encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if call.headers.get("if-none-match") == tag and call.fault is None:
            return Answer(status=304, headers={"ETag": tag})
        return Answer(body, headers={"Content-Type": "application/rss+xml; charset=utf-8", "ETag": tag})


class Gdelt(Family):
    """Articles of a window, 250 at most; nothing found is an empty body; its errors are plain text."""

    kind = "gdelt"
    source = {"kind": "gdelt", "every": 15}
    hosts = frozenset({"api.gdeltproject.org"})
    late = timedelta(minutes=60)
    size = 250
    burst = 90

    def answer(self, call: Call) -> Answer:
        if call.path != "/api/v2/doc/doc":
            return self.unknown(call)
        if call.fault is Fault.ANCHOR:  # it has no anchors; it has this
            return Answer(b"Your query was too short or too long.\n", headers={"Content-Type": "text/html"})
        low, high = (_moment(call.query[name]) for name in ("startdatetime", "enddatetime"))
        found = [item for item in self.items(call) if item.named and low <= item.at.replace(microsecond=0) <= high]
        if not found:
            return Answer(b"")
        return answer({"articles": [self._article(item) for item in found[: self.size]]})

    def _article(self, item: Item) -> dict[str, Any]:
        return {
            "url": f"https://paper.example/{item.number}",
            "title": self.words(item),
            "seendate": f"{item.at:%Y%m%dT%H%M%SZ}",
            "domain": "paper.example",
            "language": "English",
            "sourcecountry": "United States",
        }


def _moment(said: str) -> datetime:
    return datetime.strptime(said, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class NewsApi(Family):
    kind = "newsapi"
    source = {"kind": "newsapi", "every": 30, "budget": {"calls": 3000}}
    hosts = frozenset({"newsapi.org"})
    secret = {"api_key": "s3cret-newsapi"}
    late = timedelta(minutes=90)
    size = 40
    burst = 60

    def answer(self, call: Call) -> Answer:
        if call.headers.get("x-api-key") != self.secret["api_key"]:
            return self.expired(call)
        if call.path != "/v2/everything":
            return self.unknown(call)
        low, high = (datetime.fromisoformat(call.query[name]).replace(tzinfo=UTC) for name in ("from", "to"))
        found = [item for item in self.items(call) if item.named and low <= item.at.replace(microsecond=0) <= high]
        page, _ = self.cut(call, found, self.size)
        return answer({"status": "ok", "totalResults": len(found), "articles": [self._article(item) for item in page]})

    def expired(self, call: Call) -> Answer:
        return answer({"status": "error", "code": "apiKeyInvalid", "message": "Your API key is invalid"}, 401)

    def _article(self, item: Item) -> dict[str, Any]:
        return {
            "source": {"id": None, "name": "Paper"},
            "title": "Bread",
            "description": self.words(item),
            "url": f"https://paper.example/{item.number}",
            "publishedAt": iso(item.at),
        }


def _comment(item: Item) -> str:
    return f"Ug{item.number:010}"


class Youtube(Family):
    """Search, the videos' numbers, and comments, which are switched off."""

    kind = "youtube"
    source = {"kind": "youtube", "search": True, "every": 60}
    hosts = frozenset({"www.googleapis.com"})
    secret = {"api_key": "s3cret-youtube"}
    late = timedelta(hours=3)
    size = 25
    burst = 30
    rate = 0.05

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.searches: list[datetime] = []

    def answer(self, call: Call) -> Answer:
        if call.headers.get("x-goog-api-key") != self.secret["api_key"]:
            return self.expired(call)
        resource = call.path.removeprefix("/youtube/v3/")
        if resource == "search":
            self.searches.append(self.world.now())
            low = datetime.fromisoformat(call.query["publishedAfter"])
            found = [item for item in self.items(call) if item.named and item.at >= low]
            return answer(self._page(call, found, self._result))
        if resource == "videos":
            wanted = set(call.query["id"].split(","))
            found = [item for item in self.world.live() if self._id(item) in wanted]
            return answer({"kind": "youtube#videoListResponse", "items": [self._video(item) for item in found]})
        if resource == "comments":
            wanted = set(call.query["id"].split(","))
            there = [
                {"kind": "youtube#comment", "id": native}
                for item in self.world.live()
                if (native := _comment(item)) in wanted
            ]
            return answer({"kind": "youtube#commentListResponse", "items": there})
        if resource == "commentThreads" and "videoId" in call.query:
            return self._error(403, "commentsDisabled", "The video has disabled comments.")
        if resource == "commentThreads":
            return answer(self._page(call, self.items(call), self._thread))
        return self.unknown(call)

    def expired(self, call: Call) -> Answer:
        return self._error(400, "keyInvalid", "API key not valid. Please pass a valid API key.")

    def _error(self, status: int, reason: str, said: str) -> Answer:
        return answer({"error": {"code": status, "message": said, "errors": [{"reason": reason}]}}, status)

    def _page(self, call: Call, found: list[Item], shape: Any) -> dict[str, Any]:
        start = call.asked("pageToken", 0)
        page, more = self.cut(call, found, self.size, start)
        following = {"nextPageToken": str(start + self.size)} if more else {}
        return {"kind": "youtube#listResponse", "items": [shape(item) for item in page], **following}

    def _id(self, item: Item) -> str:
        return f"video{item.number:06}"

    def _snippet(self, item: Item) -> dict[str, Any]:
        said = {"title": "Bread", "description": self.words(item)}
        return {"publishedAt": iso(item.at), "channelId": f"UC{'a' * 22}", "channelTitle": "Ann", **said}

    def _result(self, item: Item) -> dict[str, Any]:
        native = {"kind": "youtube#video", "videoId": self._id(item)}
        return {"kind": "youtube#searchResult", "id": native, "snippet": self._snippet(item)}

    def _video(self, item: Item) -> dict[str, Any]:
        numbers = {"viewCount": "5", "likeCount": "1"}
        return {"kind": "youtube#video", "id": self._id(item), "snippet": self._snippet(item), "statistics": numbers}

    def _thread(self, item: Item) -> dict[str, Any]:
        native = _comment(item)
        said = {"textDisplay": self.words(item), "publishedAt": iso(item.at), "authorDisplayName": "@ann"}
        top = {"kind": "youtube#comment", "id": native, "snippet": said}
        about = {"videoId": "videoown001", "channelId": f"UC{'b' * 22}", "topLevelComment": top, "totalReplyCount": 0}
        return {"kind": "youtube#commentThread", "id": native, "snippet": about}


class YoutubeComments(Youtube):
    """New comments under the brand's own channel."""

    source = {"kind": "youtube", "own_channels": [f"UC{'b' * 22}"], "every": 15}
    whole = True
    size = 8
    burst = 20
    rate = 0.15
