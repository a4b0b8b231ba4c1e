"""Forums and developers' sites."""
# ruff: noqa: RUF012 the base class types them as ClassVar

import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from tests.support.loopback import Answer, Call, Fault, answer
from tests.support.platforms.world import Family, Item, World, iso, seconds


class Reddit(Family):
    """OAuth and listings. ``after`` that names what was deleted gives an empty page."""

    kind = "reddit"
    source = {"kind": "reddit", "api": True, "every": 15}
    hosts = frozenset({"www.reddit.com", "oauth.reddit.com"})
    secret = {"client_id": "reddit-app", "client_secret": "s3cret-reddit"}

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.logins = 0

    def answer(self, call: Call) -> Answer:
        if call.path == "/api/v1/access_token":
            basic = b64decode(call.headers.get("authorization", "").removeprefix("Basic ")).decode()
            if basic != "reddit-app:s3cret-reddit":
                return answer({"message": "Unauthorized", "error": 401}, 401)
            self.logins += 1
            return answer({"access_token": f"s3cret-token-{self.logins}", "token_type": "bearer", "expires_in": 86400})
        if call.bearer != f"s3cret-token-{self.logins}":
            return self._refused()
        if call.path == "/api/info":
            numbers = [int(name.removeprefix("t3_")) for name in call.query["id"].split(",")]
            data = [self._submission(self.world.everything()[number - 1]) for number in numbers]
            shells = [
                one if self.world.shows(number) else one | {"author": "[deleted]", "selftext": "[deleted]"}
                for number, one in zip(numbers, data, strict=True)
            ]
            return answer({"kind": "Listing", "data": {"children": [{"kind": "t3", "data": one} for one in shells]}})
        if call.path != "/search":
            return self.unknown(call)
        found = [item for item in self.items(call) if item.named]
        start, after = 0, call.query.get("after", "")
        if after:
            names = [self._name(item) for item in found]
            start = names.index(after) + 1 if after in names else len(found)
        page, more = self.cut(call, found, self.size, start)
        children = [{"kind": "t3", "data": self._submission(item)} for item in page]
        listing = {"children": children, "after": self._name(page[-1]) if more else None}
        return answer({"kind": "Listing", "data": listing}, headers={"X-Ratelimit-Remaining": "90.0"})

    def expired(self, call: Call) -> Answer:
        self.logins += 1
        return self._refused()

    def _refused(self) -> Answer:
        return answer({"message": "Unauthorized", "error": 401}, 401)

    def _name(self, item: Item) -> str:
        return f"t3_{item.number}"

    def _submission(self, item: Item) -> dict[str, Any]:
        return {
            "name": self._name(item),
            "id": str(item.number),
            "title": "A loaf",
            "selftext": self.words(item),
            "is_self": True,
            "permalink": f"/r/food/comments/{item.number}/a_loaf/",
            "created_utc": item.at.timestamp(),
            "author": "ann",
            "num_comments": 0,
        }


class HackerNews(Family):
    """Algolia's windows of time."""

    kind = "hackernews"
    source = {"kind": "hackernews", "every": 5}
    hosts = frozenset({"hn.algolia.com", "hacker-news.firebaseio.com"})
    late = timedelta(minutes=30)
    size = 15

    def answer(self, call: Call) -> Answer:
        if call.host == "hacker-news.firebaseio.com":
            number = int(call.path.rpartition("/")[2].removesuffix(".json"))
            return answer({"id": number} | ({} if self.world.shows(number) else {"deleted": True}))
        if call.path != "/api/v1/search_by_date":
            return self.unknown(call)
        low, high = (int(value) for value in re.findall(r"created_at_i[<>]=(\d+)", call.query["numericFilters"]))
        found = [item for item in self.items(call) if item.named and low <= seconds(item.at) <= high]
        page, _ = self.cut(call, found, self.size)
        pages = -(-len(found) // self.size)
        return answer({"hits": [self._hit(item) for item in page], "nbHits": len(found), "nbPages": pages, "page": 0})

    def _hit(self, item: Item) -> dict[str, Any]:
        return {
            "objectID": str(item.number),
            "created_at_i": seconds(item.at),
            "author": "ann",
            "comment_text": self.words(item),
            "story_id": 1,
            "parent_id": 1,
            "_tags": ["comment"],
        }


class StackExchange(Family):
    """Windows of time; now and then ``backoff``, in which it must not be asked."""

    kind = "stackexchange"
    source = {"kind": "stackexchange", "every": 10, "budget": {"calls": 3000}}
    hosts = frozenset({"api.stackexchange.com"})
    late = timedelta(minutes=60)
    size = 20
    burst = 30

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._quiet_until: datetime | None = None
        self._asked = 0

    def answer(self, call: Call) -> Answer:
        if call.path != "/2.3/search/advanced":
            return self.unknown(call)
        if self._quiet_until and self.world.now() < self._quiet_until:
            self.wrong.append("asked in spite of backoff")
        low, high = (datetime.fromtimestamp(call.asked(name, 0), UTC) for name in ("fromdate", "todate"))
        found = [item for item in self.items(call) if item.named and low <= item.at <= high]
        page, more = self.cut(call, found, self.size)
        self._asked += 1
        backoff = {"backoff": 90} if self._asked % 4 == 0 else {}
        if backoff and call.fault not in {Fault.CUT, Fault.SHORT, Fault.DRIP}:  # else nobody could read it
            self._quiet_until = self.world.now() + timedelta(seconds=90)
        return answer(
            {"items": [self._question(item) for item in page], "has_more": more, "quota_remaining": 200, **backoff}
        )

    def _question(self, item: Item) -> dict[str, Any]:
        return {
            "question_id": item.number,
            "title": "How do I bake?",
            "body": f"<p>{self.words(item)}</p>",
            "creation_date": seconds(item.at),
            "link": f"https://stackoverflow.com/questions/{item.number}/how-do-i-bake",
            "owner": {"user_id": 5, "display_name": "Ann"},
        }


class Github(Family):
    """Search of issues and, by itself, of pull requests."""

    kind = "github"
    source = {"kind": "github", "every": 15}
    hosts = frozenset({"api.github.com"})
    late = timedelta(minutes=30)
    size = 20
    burst = 50

    def answer(self, call: Call) -> Answer:
        if call.path != "/search/issues":
            return self.unknown(call)
        window = re.search(r"created:(\S+)\.\.(\S+)", call.query["q"])
        assert window
        low, high = (datetime.fromisoformat(value) for value in window.groups())
        odd = "is:pr" in call.query["q"]
        found = [item for item in self.items(call) if item.named and item.number % 2 == odd]
        found = [item for item in found if low <= item.at.replace(microsecond=0) <= high]
        page, _ = self.cut(call, found, self.size)
        rows = [self._issue(item, "pull" if odd else "issues") for item in page]
        return answer({"total_count": len(found), "incomplete_results": False, "items": rows})

    def _issue(self, item: Item, part: str) -> dict[str, Any]:
        return {
            "id": item.number,
            "number": item.number,
            "html_url": f"https://github.com/ann/bread/{part}/{item.number}",
            "title": "It burns",
            "body": self.words(item),
            "created_at": iso(item.at),
            "updated_at": iso(item.at),
            "user": {"login": "ann", "id": 7},
            "comments": 0,
        }


class Discourse(Family):
    """Search, which shows the beginning of a post, and single posts."""

    kind = "discourse"
    source = {"kind": "discourse", "servers": ["forum.example"], "every": 15}
    hosts = frozenset({"forum.example"})
    size = 8
    burst = 12

    def answer(self, call: Call) -> Answer:
        if call.path == "/search.json":
            found = [item for item in self.items(call) if item.named]
            page, more = self.cut(call, found, self.size, (call.asked("page", 1) - 1) * self.size)
            hits = [self._post(item) | {"blurb": f"{self.words(item)}…"} for item in page]
            topics = [{"id": item.number, "title": "Bread", "slug": "bread"} for item in page]
            return answer({"posts": hits, "topics": topics, "grouped_search_result": {"more_full_page_results": more}})
        single = re.fullmatch(r"/posts/(\d+)\.json", call.path)
        live = {item.number + 1_000: item for item in self.world.live()}
        if single and int(single[1]) in live:
            item = live[int(single[1])]
            return answer(self._post(item) | {"cooked": f"<p>{self.words(item)}</p>", "topic_slug": "bread"})
        return answer({"errors": ["not found"]}, 404) if single else self.unknown(call)

    def _post(self, item: Item) -> dict[str, Any]:
        said = {"username": "ann", "created_at": iso(item.at)}
        return {"id": item.number + 1_000, "topic_id": item.number, "post_number": 1, **said}


class Lemmy(Family):
    """Search by API v3, posts and comments by themselves, fifty a page by position."""

    kind = "lemmy"
    source = {"kind": "lemmy", "servers": ["l.example"], "every": 15}
    hosts = frozenset({"l.example"})
    size = 50
    burst = 120
    ann: ClassVar[dict[str, Any]] = {"id": 1, "name": "ann", "actor_id": "https://home.example/u/ann"}

    def answer(self, call: Call) -> Answer:
        if call.path == "/api/v3/site":
            return answer({"version": "0.19.5", "site_view": {}})
        if call.path != "/api/v3/search":
            return self.unknown(call)
        odd = call.query["type_"] == "Posts"
        found = [item for item in self.items(call) if item.named and item.number % 2 == odd]
        page, _ = self.cut(call, found, self.size, (call.asked("page", 1) - 1) * self.size)
        shown = [self._view(item, "post" if odd else "comment") for item in page]
        return answer({"type_": call.query["type_"], "posts": shown if odd else [], "comments": [] if odd else shown})

    def _view(self, item: Item, what: str) -> dict[str, Any]:
        words = {"name": "Bread", "body": self.words(item)} if what == "post" else {"content": self.words(item)}
        thing = {"id": item.number, "ap_id": f"https://home.example/{what}/{item.number}", "path": f"0.{item.number}"}
        whole = {**thing, **words, "published": iso(item.at), "deleted": False, "removed": False}
        context = {} if what == "post" else {"post": {"id": 1, "name": "Bread", "ap_id": "https://home.example/post/1"}}
        return {what: whole, "creator": self.ann, **context}
