"""Reviews of apps, places and companies."""
# ruff: noqa: RUF012 the base class types them as ClassVar

from datetime import timedelta
from json import dumps
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.loopback import Answer, Call, answer
from tests.support.platforms.world import Family, Item, World, iso, seconds


def _key_file() -> str:
    """A service account's key, of the shape that Google gives out, for nobody's account."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return dumps({"type": "service_account", "client_email": "bot@acme.example", "private_key": pem})


class AppStore(Family):
    """Apple's feed of reviews; the link to the last page says how many there are."""

    kind = "appstore"
    source = {"kind": "appstore", "apps": ["12345"], "countries": ["us"], "every": 15}
    hosts = frozenset({"itunes.apple.com"})
    whole = True
    late = timedelta(hours=3)
    size = 20
    burst = 45

    def answer(self, call: Call) -> Answer:
        number = int(call.path.partition("/page=")[2].partition("/")[0] or 0)
        if not number:
            return self.unknown(call)
        found = self.items(call)
        page, _ = self.cut(call, found, self.size, (number - 1) * self.size)
        last = max(-(-len(found) // self.size), 1)
        href = f"https://itunes.apple.com/us/rss/customerreviews/page={last}/id=12345/sortby=mostrecent/json"
        feed: dict[str, Any] = {"link": [{"attributes": {"rel": "last", "href": href}}]}
        if page:
            feed["entry"] = [self._entry(item) for item in page]
        return answer({"feed": feed})

    def _entry(self, item: Item) -> dict[str, Any]:
        return {
            "id": {"label": str(item.number)},
            "title": {"label": "Bread"},
            "content": {"label": self.words(item), "attributes": {"type": "text"}},
            "im:rating": {"label": "1"},
            "updated": {"label": iso(item.at)},
            "author": {"name": {"label": "Ann"}},
        }


class _Google(Family):
    whole = True
    late = timedelta(hours=3)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.logins = 0

    def answer(self, call: Call) -> Answer:
        if call.host == "oauth2.googleapis.com":
            self.logins += 1
            return answer({"access_token": f"s3cret-google-{self.logins}", "expires_in": 3599, "token_type": "Bearer"})
        if call.bearer != f"s3cret-google-{self.logins}":
            return self._refused()
        return self.listed(call)

    def expired(self, call: Call) -> Answer:
        self.logins += 1
        return self._refused()

    def _refused(self) -> Answer:
        said = {"code": 401, "message": "Request had invalid authentication credentials", "status": "UNAUTHENTICATED"}
        return answer({"error": said}, 401)

    def listed(self, call: Call) -> Answer:
        raise NotImplementedError

    def page(self, call: Call, token: str, shape: Any) -> tuple[list[Any], str | None]:
        start = call.asked(token, 0)
        page, more = self.cut(call, self.items(call), self.size, start)
        return [shape(item) for item in page], str(start + self.size) if more else None


class GooglePlay(_Google):
    kind = "googleplay"
    source = {"kind": "googleplay", "packages": ["com.example.app"], "every": 15}
    secret = {"service_account": _key_file()}
    hosts = frozenset({"oauth2.googleapis.com", "androidpublisher.googleapis.com"})
    size = 20
    burst = 45

    def listed(self, call: Call) -> Answer:
        if call.path != "/androidpublisher/v3/applications/com.example.app/reviews":
            return self.unknown(call)
        found, following = self.page(call, "token", self._review)
        more = {"tokenPagination": {"nextPageToken": following}} if following else {}
        return answer({"reviews": found, **more} if found else {})

    def _review(self, item: Item) -> dict[str, Any]:
        said = {"text": self.words(item), "starRating": 1, "lastModified": {"seconds": str(seconds(item.at))}}
        return {"reviewId": f"r{item.number}", "authorName": "Ann", "comments": [{"userComment": said}]}


class GoogleBusiness(_Google):
    kind = "googlebusiness"
    source = {"kind": "googlebusiness", "locations": ["accounts/1/locations/2"], "every": 15}
    hosts = frozenset({"oauth2.googleapis.com", "mybusiness.googleapis.com"})
    secret = {"client_id": "an-app", "client_secret": "s3cret-client", "refresh_token": "s3cret-refresh"}
    size = 10
    burst = 25

    def listed(self, call: Call) -> Answer:
        if call.path != "/v4/accounts/1/locations/2/reviews":
            return self.unknown(call)
        found, following = self.page(call, "pageToken", self._review)
        more = {"nextPageToken": following} if following else {}
        return answer({"reviews": found, "totalReviewCount": len(found), **more} if found else {})

    def _review(self, item: Item) -> dict[str, Any]:
        said = {"comment": self.words(item), "starRating": "ONE", "reviewer": {"displayName": "Ann"}}
        return {"reviewId": f"b{item.number}", "createTime": iso(item.at), "updateTime": iso(item.at), **said}


class Trustpilot(Family):
    kind = "trustpilot"
    source = {"kind": "trustpilot", "businesses": ["0123456789abcdef01234567"], "every": 15}
    hosts = frozenset({"api.trustpilot.com"})
    secret = {"api_key": "s3cret-trustpilot"}
    whole = True
    late = timedelta(hours=3)
    size = 100
    burst = 130

    def answer(self, call: Call) -> Answer:
        if call.headers.get("apikey") != self.secret["api_key"]:
            return self.expired(call)
        if call.path != "/v1/business-units/0123456789abcdef01234567/reviews":
            return self.unknown(call)
        page, _ = self.cut(call, self.items(call), self.size, (call.asked("page", 1) - 1) * self.size)
        return answer({"links": [], "reviews": [self._review(item) for item in page]})

    def expired(self, call: Call) -> Answer:
        return answer({"fault": {"faultstring": "Invalid ApiKey"}, "message": "Invalid ApiKey"}, 401)

    def _review(self, item: Item) -> dict[str, Any]:
        said = {"title": "Bread", "text": self.words(item), "stars": 1}
        return {"id": f"{item.number:024x}", "createdAt": iso(item.at), "consumer": {"id": "c1"}, **said}
