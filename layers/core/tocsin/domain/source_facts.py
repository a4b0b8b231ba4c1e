"""What each kind of source gives, asks and allows: one row a kind, as far as its terms were read (docs/sources.md)."""

from datetime import timedelta
from decimal import Decimal

from tocsin.domain.budget import Limits, Span
from tocsin.domain.model import Frozen
from tocsin.domain.sources import SourceUnit

RECHECK = "recheck"
"""The mode of looking again whether a post is still there (domain/recheck)."""


class SourceFacts(Frozen):
    """``limits``: what the source itself allows, by mode and by whether a key is used; "" is every other mode.
    ``least_every``: minutes between two looks, whatever the client's file says. ``retention_days``: the longest that
    its mentions may be kept. ``deletions``: what is deleted there must be deleted here. ``secret``: its fields' names,
    with ? where they may be left out."""

    kind: str
    name: str
    auth: str
    cost: str
    limits_said: str
    terms: str
    limits: tuple[tuple[str, bool, Limits], ...] = ()
    usd_per_post: Decimal | None = None
    least_every: int = 1
    retention_days: int | None = None
    deletions: bool = False
    default_on: bool = False
    preset: str | None = None
    secret: tuple[str, ...] = ()

    def limits_of(self, unit: SourceUnit) -> Limits | None:
        """The source's own limits for this unit, or None."""
        found = {mode: limits for mode, keyed, limits in self.limits if keyed == unit.keyed}
        return found.get(unit.mode, found.get(""))


def scope_of(unit: SourceUnit) -> str:
    """What shares one budget: a kind, or one of its modes where the source counts each by itself; with and without a
    key are two."""
    facts = FACTS.get(unit.kind)
    modes = {mode for mode, _, _ in facts.limits} - {""} if facts else set()
    scope = f"{unit.kind}-{unit.mode}" if unit.mode in modes else unit.kind
    return scope if unit.keyed else f"{scope}-open"


def _a_day(calls: int) -> Limits:
    return Limits(span=Span.DAY, calls=calls)


_ROWS = (
    SourceFacts(
        kind="rss",
        name="Feeds (RSS, Atom, RDF, JSON)",
        auth="none",
        cost="free",
        limits_said="politeness; ETag and Last-Modified are used",
        terms="Headline, excerpt and link are the customary use; the full text stays the publisher's.",
        default_on=True,
    ),
    SourceFacts(
        kind="googlenews",
        name="Google News search feed",
        auth="none",
        cost="free",
        limits_said="not published; about 100 newest; asks data centres to prove that they are people",
        terms="Offered to personal feed readers; headlines and links are kept, articles are not resolved.",
        least_every=5,
        default_on=True,
    ),
    SourceFacts(
        kind="googlealerts",
        name="Google Alerts feed",
        auth="a secret address, made by hand",
        cost="free",
        limits_said="not published; 20 entries at most",
        terms="The address is the secret: it is never shown.",
        least_every=5,
        default_on=True,
    ),
    SourceFacts(
        kind="mastodon",
        name="Mastodon and its kin",
        auth="none for hashtags and accounts; search needs the client's own token",
        cost="free",
        limits_said="300 calls in 5 minutes a server",
        terms="Each server's own; people who ask not to be indexed are honoured.",
        deletions=True,
        default_on=True,
        secret=("token",),
    ),
    SourceFacts(
        kind="bluesky",
        name="Bluesky",
        auth="search needs an app password; public threads none",
        cost="free",
        limits_said="3,000 calls in 5 minutes; 30 logins in 5 minutes",
        terms="Search is not meant for bulk monitoring; posts hidden from those not logged in are not shown.",
        deletions=True,
        secret=(
            "identifier",
            "password",
            "service?",
        ),
    ),
    SourceFacts(
        kind="reddit",
        name="Reddit",
        auth="API: an application that Reddit approved; without it its feeds, best effort",
        cost="feeds free; commercial use of the API by contract",
        limits_said="API 100 calls a minute; feeds refuse data centres often",
        terms="What users delete must be deleted; no training of models; commercial use needs a contract.",
        least_every=5,
        deletions=True,
        default_on=True,
        secret=("client_id", "client_secret"),
    ),
    SourceFacts(
        kind="lemmy",
        name="Lemmy",
        auth="none",
        cost="free",
        limits_said="each server's own",
        terms="Each server's own.",
        least_every=2,
        deletions=True,
        preset="tech",
    ),
    SourceFacts(
        kind="x",
        name="X recent search",
        auth="bearer token of a paid project",
        cost="$0.005 a post read, $0.010 a user read",
        limits_said="450 calls in 15 minutes; 2 million posts a month; 7 days back",
        terms="Deleted posts go within 24 hours; posts are shown as X asks; no bulk redistribution.",
        limits=(("", True, Limits(least_usd=Decimal("0.05"))), (RECHECK, True, Limits(least_usd=Decimal("0.05")))),
        usd_per_post=Decimal("0.005"),
        deletions=True,
        secret=("bearer_token",),
    ),
    SourceFacts(
        kind="facebook",
        name="Facebook pages of the client",
        auth="page token after Meta's review",
        cost="free",
        limits_said="by app and page, told in X-App-Usage",
        terms="Own pages and what tags them; strangers' posts elsewhere are out of reach.",
        least_every=5,
        deletions=True,
        secret=("access_token",),
    ),
    SourceFacts(
        kind="instagram",
        name="Instagram accounts of the client",
        auth="token after Meta's review",
        cost="free",
        limits_said="by app and user; 30 hashtags in 7 days",
        terms="Own media, their comments and tags; addresses of pictures expire.",
        least_every=5,
        deletions=True,
        secret=("access_token",),
    ),
    SourceFacts(
        kind="threads",
        name="Threads keyword search",
        auth="token after Meta's review",
        cost="free",
        limits_said="2,200 searches in 24 hours (500 in 7 days by older texts)",
        terms="Meta's platform terms.",
        limits=(("", True, _a_day(2_200)),),
        least_every=5,
        deletions=True,
        secret=("access_token",),
    ),
    SourceFacts(
        kind="hackernews",
        name="Hacker News (Algolia)",
        auth="none",
        cost="free",
        limits_said="10,000 calls an hour; 1,000 results a query",
        terms="Public data; name the source.",
        default_on=True,
        preset="tech",
    ),
    SourceFacts(
        kind="stackexchange",
        name="Stack Exchange",
        auth="none; a free key helps",
        cost="free",
        limits_said="300 calls a day, 10,000 with a key; backoff is obeyed",
        terms="CC BY-SA: author and link are named.",
        limits=(
            ("", False, _a_day(280)),
            ("", True, _a_day(9_500)),
            (RECHECK, False, _a_day(20)),
            (RECHECK, True, _a_day(500)),
        ),
        least_every=5,
        default_on=True,
        preset="tech",
        secret=("key",),
    ),
    SourceFacts(
        kind="github",
        name="GitHub issues and pull requests",
        auth="none; a token helps",
        cost="free",
        limits_said="10 searches a minute, 30 with a token; 1,000 results",
        terms="Acceptable use policies; no spam, no resale of personal data.",
        least_every=2,
        default_on=True,
        preset="tech",
        secret=("token",),
    ),
    SourceFacts(
        kind="discourse",
        name="Discourse forums",
        auth="none",
        cost="free",
        limits_said="each forum's own",
        terms="Each forum's own.",
        least_every=2,
        deletions=True,
        preset="tech",
    ),
    SourceFacts(
        kind="appstore",
        name="App Store reviews",
        auth="none",
        cost="free",
        limits_said="500 reviews a country; an empty page may mean slow down",
        terms="Apple's feed of customer reviews.",
        least_every=15,
        default_on=True,
    ),
    SourceFacts(
        kind="googleplay",
        name="Google Play reviews of own apps",
        auth="service account",
        cost="free",
        limits_said="200 calls an hour; reviews with text of the last 7 days",
        terms="Own apps only.",
        least_every=15,
        secret=("service_account",),
    ),
    SourceFacts(
        kind="googlebusiness",
        name="Google Business reviews of own places",
        auth="OAuth after Google's approval",
        cost="free",
        limits_said="none until approved, then 300 calls a minute",
        terms="Own places only; what is deleted there goes.",
        least_every=5,
        deletions=True,
        secret=("client_id", "client_secret", "refresh_token"),
    ),
    SourceFacts(
        kind="trustpilot",
        name="Trustpilot reviews",
        auth="API key of a paid plan",
        cost="the plan's",
        limits_said="the plan's",
        terms="By contract; public pages are not read.",
        least_every=5,
        deletions=True,
        secret=("api_key",),
    ),
    SourceFacts(
        kind="youtube",
        name="YouTube",
        auth="none for channels' feeds; search and comments need an API key",
        cost="free",
        limits_said="100 searches a day; 10,000 units a day for the rest",
        terms="Stored data is refreshed or deleted within 30 days; YouTube is named as the source.",
        # A search reads two pages at most; the videos and comments that it leads to are of the other budget.
        limits=(
            ("search", True, Limits(span=Span.DAY, calls=50, per_look=True)),
            ("comments", True, _a_day(9_500)),
            (RECHECK, True, _a_day(500)),
        ),
        least_every=2,
        retention_days=30,
        deletions=True,
        secret=("api_key",),
    ),
    SourceFacts(
        kind="gdelt",
        name="GDELT news index",
        auth="none",
        cost="free",
        limits_said="a call in 5 seconds; sheds load at will",
        terms="GDELT is cited; best effort.",
        least_every=5,
        default_on=True,
    ),
    SourceFacts(
        kind="newsapi",
        name="NewsAPI",
        auth="API key",
        cost="free for development (24 hours late); $449 a month for business",
        limits_said="100 calls a day on the free plan",
        terms="The free plan is for development only.",
        limits=(("", True, _a_day(100)),),
        least_every=5,
        secret=("api_key",),
    ),
    SourceFacts(
        kind="telegram",
        name="Telegram channels and the client's bot",
        auth="none for public channels; a bot has its token, the catalogue (TGStat) a paid one",
        cost="free; the catalogue by its plan",
        limits_said="not published for the web preview",
        terms="The web preview promises nothing and may end; a bot hears only the chats that it was added to.",
        deletions=True,
        secret=(
            "token?",
            "catalogue_token?",
        ),
    ),
    SourceFacts(
        kind="brand24",
        name="Brand24",
        auth="API key of a paid plan",
        cost="the plan's",
        limits_said="the plan's; a month a call",
        terms="By contract.",
        least_every=5,
        secret=("api_key",),
    ),
    SourceFacts(
        kind="mention",
        name="Mention",
        auth="token of a paid plan",
        cost="the plan's",
        limits_said="the plan's",
        terms="By contract.",
        least_every=5,
        secret=("access_token",),
    ),
)
FACTS = {facts.kind: facts for facts in _ROWS}


def kept_for(source: str, retention: timedelta) -> timedelta:
    """How long a mention of this source may be kept where ours are kept for ``retention``."""
    facts = FACTS.get(source)
    if facts is None or facts.retention_days is None:
        return retention
    return min(retention, timedelta(days=facts.retention_days))
