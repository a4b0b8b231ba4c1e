"""Social networks and Telegram."""
# ruff: noqa: RUF012 the base class types them as ClassVar

import html
import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from tests.support.loopback import Answer, Call, answer
from tests.support.platforms.world import BRAND, Family, Item, World, iso, seconds
from tocsin.adapters.sources.x_posts import id_at, moment_of


class Mastodon(Family):
    """A tag's timeline, newest first by id; the next page is in the Link header."""

    kind = "mastodon"
    source = {"kind": "mastodon", "servers": ["m.example"], "tags": ["aurora"], "every": 5}
    hosts = frozenset({"m.example", "home.example"})

    def answer(self, call: Call) -> Answer:
        if call.path == "/api/v2/instance":
            public = {"local": "public", "remote": "public"}
            return answer({"domain": "m.example", "configuration": {"timelines_access": {"hashtag_feeds": public}}})
        if call.host == "home.example" and call.path.startswith("/api/v1/statuses/"):
            number = int(call.path.rpartition("/")[2])
            there = self.world.shows(number)
            return answer({"id": str(number), "content": ""}) if there else answer({"error": "Record not found"}, 404)
        if call.path != "/api/v1/timelines/tag/aurora":
            return self.unknown(call)
        below = call.asked("max_id", 10**30)
        page, more = self.cut(call, [item for item in self.items(call) if self._id(item) < below], self.size)
        link = f'<https://m.example{call.path}?limit=40&max_id={self._id(page[-1])}>; rel="next"' if more else ""
        return answer([self._status(item) for item in page], headers={"Link": link} if link else {})

    def _id(self, item: Item) -> int:
        """As Mastodon makes them: from the moment of writing, so that what arrives late has a low one."""
        return (seconds(item.at) << 16) + item.number

    def _status(self, item: Item) -> dict[str, Any]:
        return {
            "id": str(self._id(item)),
            "uri": f"https://home.example/users/ann/statuses/{item.number}",
            "url": f"https://home.example/@ann/{item.number}",
            "created_at": iso(item.at),
            "visibility": "public",
            "content": f"<p>{self.words(item)}</p>",
            "account": {"id": "1", "acct": "ann@home.example", "url": "https://home.example/@ann"},
            "replies_count": 0,
        }


class Bluesky(Family):
    """Search with a session. Its cursor is a position, so that what is deleted in between shifts the next page."""

    kind = "bluesky"
    source = {"kind": "bluesky", "every": 5}
    hosts = frozenset({"bsky.social"})
    secret = {"identifier": "client.bsky.social", "password": "s3cret-app-password"}

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.generation = 0
        self.logins = self.refreshes = 0

    def answer(self, call: Call) -> Answer:
        method = call.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            if json.loads(call.body) != dict(self.secret):
                return answer({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
            self.logins += 1
            return self._session()
        if method == "com.atproto.server.refreshSession":
            if not call.bearer.startswith("s3cret-refresh-"):
                return answer({"error": "InvalidToken", "message": "Bad token"}, 400)
            self.refreshes += 1
            return self._session()
        if call.bearer != f"s3cret-access-{self.generation}":
            return answer({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        if method == "app.bsky.feed.getPosts":
            there = [item for item in self.world.live() if self._view(item)["uri"] in call.all("uris")]
            return answer({"posts": [self._view(item) for item in there]})
        if method == "app.bsky.feed.getPostThread":
            uri = call.query["uri"]
            if not self.world.shows(int(uri.rpartition("/")[2])):
                return answer({"error": "NotFound", "message": f"Post not found: {uri}"}, 400)
            return answer({"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": {"uri": uri}}})
        if method != "app.bsky.feed.searchPosts":
            return self.unknown(call)
        start = call.asked("cursor", 0)
        found = [item for item in self.items(call) if call.query["q"].lower() in self.words(item).lower()]
        page, more = self.cut(call, found, self.size, start)
        following = {"cursor": str(start + len(page))} if more else {}
        return answer({"posts": [self._view(item) for item in page], **following})

    def expired(self, call: Call) -> Answer:
        self.generation += 1
        return answer({"error": "ExpiredToken", "message": "Token has expired"}, 400)

    def _session(self) -> Answer:
        self.generation += 1
        return answer(
            {
                "did": "did:plc:client",
                "handle": "client.bsky.social",
                "accessJwt": f"s3cret-access-{self.generation}",
                "refreshJwt": f"s3cret-refresh-{self.generation}",
            }
        )

    def _view(self, item: Item) -> dict[str, Any]:
        return {
            "uri": f"at://did:plc:ann/app.bsky.feed.post/{item.number}",
            "cid": "bafy",
            "author": {"did": "did:plc:ann", "handle": "ann.example", "displayName": "Ann"},
            "record": {"$type": "app.bsky.feed.post", "text": self.words(item), "createdAt": iso(item.at)},
            "indexedAt": iso(item.shown),
            "replyCount": 0,
        }


class X(Family):
    """Recent search, which bills each post once a UTC day. Every second post without the brand's name answers it."""

    kind = "x"
    source = {"kind": "x", "every": 30, "budget": {"usd": 3000}}
    hosts = frozenset({"api.x.com"})
    secret = {"bearer_token": "s3cret-x-bearer"}
    official = ("x.com/Aurora_UA",)
    late = timedelta(seconds=40)
    size = 10
    burst = 25

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.billed: set[tuple[str, int]] = set()
        self.counts = 0

    @property
    def bill(self) -> Decimal:
        return Decimal("0.005") * (len(self.billed) + self.counts)

    def answer(self, call: Call) -> Answer:
        if call.bearer != self.secret["bearer_token"]:
            return answer({"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}, 401)
        if call.path == "/2/tweets":
            return self._by_id(call.query["ids"].split(","))
        low = call.asked("since_id", 0)
        start = datetime.fromisoformat(call.query["start_time"]) if "start_time" in call.query else None
        found = [item for item in self.items(call) if self._matches(item, call) and id_of(item) > low]
        found = sorted((item for item in found if start is None or item.at >= start), key=id_of, reverse=True)
        if call.path == "/2/tweets/counts/recent":
            self.counts += 1
            return answer({"data": [], "meta": {"total_tweet_count": len(found)}})
        wanted = call.asked("max_results", 10)
        if call.path != "/2/tweets/search/recent" or not 10 <= wanted <= 100:
            return self.unknown(call)
        anchor = moment_of(str(low)) if low else None
        if anchor and anchor < self.world.now() - timedelta(days=7):
            return answer({"errors": [{"message": "'since_id' must be a tweet id created after"}]}, 400)
        below = call.query.get("next_token", "")
        if below:
            found = [item for item in found if id_of(item) < int(below.removeprefix("t"))]
        page, more = self.cut(call, found, min(wanted, self.size))
        self.billed |= {(f"{self.world.now():%Y-%m-%d}", item.number) for item in page}
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": str(id_of(page[0])), "oldest_id": str(id_of(page[-1]))}
        if more:
            meta["next_token"] = f"t{id_of(page[-1])}"
        return answer({"meta": meta} | ({"data": [self._tweet(item) for item in page]} if page else {}))

    def concerns(self, item: Item) -> bool:
        return item.named or item.number % 2 == 0

    def words(self, item: Item) -> str:
        said = super().words(item)
        return said if item.named or not self.concerns(item) else f"@Aurora_UA {said}"

    def _matches(self, item: Item, call: Call) -> bool:
        asked = f'"{BRAND}"' if item.named else "to:aurora_ua"
        return self.concerns(item) and asked in call.query.get("query", "")

    def _by_id(self, ids: list[str]) -> Answer:
        there = {str(id_of(item)): item for item in self.world.live()}
        found = [there[native] for native in ids if native in there]
        self.billed |= {(f"{self.world.now():%Y-%m-%d}", item.number) for item in found}
        lost = "https://api.twitter.com/2/problems/resource-not-found"
        errors = [
            {"resource_type": "tweet", "resource_id": native, "type": lost} for native in ids if native not in there
        ]
        return answer({"data": [self._tweet(item) for item in found]} | ({"errors": errors} if errors else {}))

    def _tweet(self, item: Item) -> dict[str, Any]:
        native = str(id_of(item))
        return {"id": native, "text": self.words(item), "created_at": iso(item.at), "conversation_id": native}


def id_of(item: Item) -> int:
    return id_at(item.at) + item.number


class Telegram(Family):
    """A channel's web preview; message numbers are those of appearance."""

    kind = "telegram"
    source = {"kind": "telegram", "channels": ["aurora_city"], "accept_terms": True, "every": 5}
    hosts = frozenset({"t.me"})
    late = timedelta()

    def answer(self, call: Call) -> Answer:
        if "embed" in call.query:
            number = int(call.path.rpartition("/")[2])
            lost = '<div class="tgme_widget_message_error">Post not found</div>'
            shown = self._message(self.world.everything()[number - 1]) if self.world.shows(number) else lost
            return Answer(shown.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        if call.path != "/s/aurora_city":
            return self.unknown(call)
        below = call.asked("before", 10**9)
        found = sorted((item for item in self.items(call) if item.number < below), key=lambda item: -item.number)
        page, _ = self.cut(call, found, self.size)
        shown = "".join(self._message(item) for item in reversed(page))
        document = f'<!DOCTYPE html><html><body><section class="tgme_channel_history">{shown}</section></body></html>'
        return Answer(document.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def _message(self, item: Item) -> str:
        return (
            f'<div class="tgme_widget_message js-widget_message" data-post="aurora_city/{item.number}">'
            f'<div class="tgme_widget_message_text js-message_text">{html.escape(self.words(item))}</div>'
            f'<a class="tgme_widget_message_date" href="https://t.me/aurora_city/{item.number}">'
            f'<time datetime="{item.at.isoformat()}">x</time></a></div>'
        )


class _Graph(Family):
    """Meta's Graph API: odd posts tag the account, even ones are comments under its one own post."""

    whole = True
    hosts = frozenset({"graph.facebook.com"})
    own: ClassVar[str]
    listed: ClassVar[tuple[str, str]]
    """The paths of the own posts and of those that tag the account."""

    def answer(self, call: Call) -> Answer:
        if call.bearer != self.secret["access_token"]:
            return self.expired(call)
        _, _, rest = call.path.removeprefix("/").partition("/")
        if call.query.get("fields") == "id":
            return self._alone(rest)
        odd, even = ([item for item in self.items(call) if item.number % 2 == part] for part in (1, 0))
        if rest == self.listed[1]:
            return answer(self._listed(call, odd, self._tagging, rest))
        comments = self._listed(call, even, self._comment, f"{self.own}/comments")
        if rest == f"{self.own}/comments":
            return answer(comments)
        if rest != self.listed[0]:
            return self.unknown(call)
        return answer({"data": [self._own() | ({"comments": comments} if even else {})]})

    def _alone(self, native: str) -> Answer:
        shapes = {(self._tagging if item.number % 2 else self._comment)(item)["id"] for item in self.world.live()}
        if native in shapes:
            return answer({"id": native})
        lost = f"Unsupported get request. Object with ID '{native}' does not exist, cannot be loaded due to missing"
        said = {"message": f"{lost} permissions", "code": 100, "error_subcode": 33}
        return answer({"error": {**said, "type": "GraphMethodException"}}, 400)

    def expired(self, call: Call) -> Answer:
        said = {"message": "Error validating access token: Session has expired", "code": 190, "error_subcode": 463}
        return answer({"error": {**said, "type": "OAuthException"}}, 400)

    def _listed(self, call: Call, found: list[Item], shape: Any, path: str) -> dict[str, Any]:
        below = call.asked("after", 10**9)
        found = sorted((item for item in found if item.number < below), key=lambda item: -item.number)
        page, more = self.cut(call, found, self.size)
        paging: dict[str, Any] = {}
        if page:
            paging = {"cursors": {"before": str(page[0].number), "after": str(page[-1].number)}}
        if more:
            paging["next"] = f"https://graph.facebook.com/v25.0/{path}?access_token=s3cret-meta&after={page[-1].number}"
        return {"data": [shape(item) for item in page], "paging": paging}

    def _own(self) -> dict[str, Any]:
        raise NotImplementedError

    def _tagging(self, item: Item) -> dict[str, Any]:
        raise NotImplementedError

    def _comment(self, item: Item) -> dict[str, Any]:
        raise NotImplementedError


class Facebook(_Graph):
    kind = "facebook"
    source = {"kind": "facebook", "pages": ["100200"], "every": 15}
    secret = {"access_token": "s3cret-meta"}
    own = "100200_1"
    listed = ("100200/feed", "100200/tagged")

    def _own(self) -> dict[str, Any]:
        page = {"id": "100200", "name": BRAND}
        return {"id": self.own, "message": "We bake", "created_time": "2026-03-02T11:00:00+0000", "from": page}

    def _tagging(self, item: Item) -> dict[str, Any]:
        return {"id": f"300_{item.number}", "message": self.words(item), "created_time": iso(item.at)}

    def _comment(self, item: Item) -> dict[str, Any]:
        who = {"id": "400", "name": "Ann"}
        said = {"message": self.words(item), "created_time": iso(item.at), "from": who}
        return {"id": f"1_{item.number}", "comment_count": 0, **said}


class Instagram(_Graph):
    kind = "instagram"
    source = {"kind": "instagram", "accounts": ["17841"], "every": 15}
    secret = {"access_token": "s3cret-meta"}
    own = "9001"
    listed = ("17841/media", "17841/tags")

    def _own(self) -> dict[str, Any]:
        link = "https://www.instagram.com/p/own/"
        return {"id": self.own, "caption": "We bake", "timestamp": "2026-03-02T11:00:00+0000", "permalink": link}

    def _tagging(self, item: Item) -> dict[str, Any]:
        link = f"https://www.instagram.com/p/{item.number}/"
        return {"id": f"80{item.number}", "caption": self.words(item), "timestamp": iso(item.at), "permalink": link}

    def _comment(self, item: Item) -> dict[str, Any]:
        return {"id": f"70{item.number}", "text": self.words(item), "timestamp": iso(item.at), "username": "ann"}


class Threads(Family):
    """Keyword search, newest first, between two moments."""

    kind = "threads"
    source = {"kind": "threads", "every": 15}
    hosts = frozenset({"graph.threads.com"})
    secret = {"access_token": "s3cret-meta"}

    def answer(self, call: Call) -> Answer:
        if call.bearer != self.secret["access_token"]:
            return self.expired(call)
        if call.path != "/v1.0/keyword_search" or call.query["search_type"] != "RECENT":
            return self.unknown(call)
        low, high = call.asked("since", 0), call.asked("until", 10**12)
        found = [item for item in self.items(call) if low <= seconds(item.at) <= high]
        found = [item for item in found if call.query["q"].lower() in self.words(item).lower()]
        below = call.asked("after", 10**9)
        found = sorted((item for item in found if item.number < below), key=lambda item: -item.number)
        page, more = self.cut(call, found, self.size)
        paging: dict[str, Any] = {}
        if page:
            paging = {"cursors": {"before": str(page[0].number), "after": str(page[-1].number)}}
        if more:
            paging["next"] = f"https://graph.threads.com/v1.0/keyword_search?after={page[-1].number}"
        return answer({"data": [self._post(item) for item in page], "paging": paging})

    def expired(self, call: Call) -> Answer:
        said = {"message": "Error validating access token: Session has expired", "code": 190}
        return answer({"error": {**said, "type": "OAuthException"}}, 401)

    def _post(self, item: Item) -> dict[str, Any]:
        link = f"https://www.threads.com/@ann/post/{item.number}"
        said = {"text": self.words(item), "timestamp": iso(item.at), "username": "ann", "media_type": "TEXT_POST"}
        return {"id": f"60{item.number}", "permalink": link, **said}
