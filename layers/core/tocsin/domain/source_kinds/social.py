"""Social networks."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field, model_validator

from tocsin.domain.brand import Brand
from tocsin.domain.official import accounts_on_x
from tocsin.domain.source_kinds.base import Handle, Host, MediumName, Minutes, Query, SourceBase, handles
from tocsin.domain.source_kinds.feeds import RSS, any_of
from tocsin.domain.sources import SourceUnit


class MastodonSource(SourceBase):
    """Hashtags over several servers, the brand's own accounts with the answers they get, and, with the client's own
    token, search (``search: true``; opted-in posts only), on the first server alone: the token is that one's and is
    shown to no other. Without ``tags`` each term is one, its words joined."""

    kind: Literal["mastodon"]
    servers: Annotated[tuple[Host, ...], Field(min_length=1, max_length=20)] = ("mastodon.social",)
    tags: tuple[Handle, ...] = ()
    accounts: tuple[Handle, ...] = ()
    search: bool = False
    every: Minutes = 5

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for server in self.servers:
            for tag in self.tags or tuple(dict.fromkeys(tag for brand in self.asked(brands) for tag in tags_of(brand))):
                bare = tag.removeprefix("#")
                yield self.unit(
                    "tag", server, bare, url=f"https://{server}/tags/{bare}", mode="tag", target=bare, server=server
                )
        if self.search:
            home = self.servers[0]
            yield from self.searches(brands, (), url=f"https://{home}", server=home, keyed=True)
        for brand in self.asked(brands):
            for account in (*self.accounts, *(name for name in handles(brand.official) if "@" in name)):
                name, _, at = account.removeprefix("@").partition("@")
                server = at or self.servers[0]
                yield self.unit(
                    "account",
                    server,
                    name,
                    brand.name,
                    url=f"https://{server}/@{name}",
                    mode="account",
                    target=name,
                    server=server,
                    brand=brand.name,
                )


def tags_of(brand: Brand) -> tuple[str, ...]:
    """A term of several words as people write it behind #: in one."""
    joined = (re.sub(r"\W+", "", term) for term in brand.asked_terms)
    return tuple(dict.fromkeys(tag for tag in joined if tag and not tag.isdigit()))


class BlueskySource(SourceBase):
    """Search, with an app password of the client's own account; threads of the brand's own ``accounts`` (and of its
    official names «@….bsky.social») need none."""

    kind: Literal["bluesky"]
    search: bool = True
    queries: tuple[Query, ...] = ()
    accounts: tuple[Handle, ...] = ()
    every: Minutes = 5

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        if self.search:
            yield from self.searches(brands, self.queries, url="https://bsky.app/search", keyed=True)
        for brand in self.asked(brands):
            own = (name for name in handles(brand.official) if name.endswith(".bsky.social"))
            yield from threads_of(self, (brand,), (*self.accounts, *own), "https://bsky.app/profile/")


def threads_of(
    source: SourceBase, brands: tuple[Brand, ...], accounts: tuple[str, ...], profile: str, **more: object
) -> Iterator[SourceUnit]:
    """One unit per own account and brand: what is said under its posts concerns the brand, named or not."""
    for brand in source.asked(brands):
        for account in accounts:
            name = account.removeprefix("@")
            yield source.unit(
                "account",
                name,
                brand.name,
                url=f"{profile}{name}",
                mode="account",
                target=name,
                brand=brand.name,
                **more,
            )


class RedditSource(SourceBase):
    """``api: true`` needs an approved application of the client's; without it Reddit's feeds are read, best effort.
    ``subreddits``: their new posts; without any, all of Reddit is searched for the brands' terms."""

    kind: Literal["reddit"]
    api: bool = False
    subreddits: tuple[Handle, ...] = ()
    queries: tuple[Query, ...] = ()
    every: Minutes = 15
    medium: MediumName = "forum"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        if self.api:
            for name in self.subreddits:
                bare = name.removeprefix("r/")
                for mode in ("subreddit", "comments"):
                    yield self.unit(
                        mode,
                        bare,
                        url=f"https://www.reddit.com/r/{bare}/",
                        mode=mode,
                        target=bare,
                        keyed=True,
                        label=f"r/{bare} ({mode})",
                    )
            if self.queries or not self.subreddits:
                yield from self.searches(brands, self.queries, url="https://www.reddit.com/search", keyed=True)
            return
        for name in self.subreddits:
            bare = name.removeprefix("r/")
            for feed in ("new", "comments"):
                url = f"https://www.reddit.com/r/{bare}/{feed}/.rss"
                yield self.unit(url, url=url, kind=RSS)
        asked = self.queries or (
            ()
            if self.subreddits
            else tuple(query for brand in self.asked(brands) for query in any_of(brand.asked_terms))
        )
        for query in asked:
            url = f"https://www.reddit.com/search.rss?q={quote(query)}&sort=new"
            yield self.unit(url, url=url, kind=RSS, label=f"Reddit search feed: {query}")


class LemmySource(SourceBase):
    """Search on Lemmy servers."""

    kind: Literal["lemmy"]
    servers: Annotated[tuple[Host, ...], Field(min_length=1, max_length=20)] = ("lemmy.world",)
    queries: tuple[Query, ...] = ()
    every: Minutes = 15
    medium: MediumName = "forum"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for server in self.servers:
            yield from self.searches(brands, self.queries, url=f"https://{server}", server=server)


class XSource(SourceBase):
    """Recent search of X. Each post read costs money: ``budget: {usd: ...}`` is required and hard. ``answers``: what is
    said to the brand's official accounts there is asked for as well, whether it names the brand or not."""

    kind: Literal["x"]
    queries: tuple[Query, ...] = ()
    answers: bool = True
    every: Minutes = 30

    KEYED = True

    @model_validator(mode="after")
    def _has_a_limit(self) -> "XSource":
        if self.budget is None or self.budget.usd is None:
            raise ValueError("X bills every post it gives: say budget: {usd: 50}, the most it may cost in a month")
        return self

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        url = "https://x.com/search"
        if not self.queries:
            for unit, brand in zip(self.searches(brands, (), url=url), self.asked(brands), strict=True):
                yield unit.model_copy(update={"accounts": self._accounts(brand)})
            return
        yield from self.searches(brands, self.queries, url=url)
        for brand in self.asked(brands):
            if own := self._accounts(brand):
                label = f"{url}: answers to {', '.join(f'@{account}' for account in own)}"
                yield self.unit("answers", url, brand.name, url=url, mode="search", accounts=own, label=label)

    def _accounts(self, brand: Brand) -> tuple[str, ...]:
        return accounts_on_x(brand.official) if self.answers else ()


class FacebookSource(SourceBase):
    """The client's own pages: posts, comments under them, and posts that tag them. ``pages``: their ids. ``ratings:
    true``: what people say when they recommend the pages or not, as well."""

    kind: Literal["facebook"]
    pages: Annotated[tuple[Handle, ...], Field(min_length=1, max_length=20)]
    ratings: bool = False
    every: Minutes = 15

    KEYED = True

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        brand = self.brand or brands[0].name
        for page in self.pages:
            for mode in ("feed", "tagged", *(("ratings",) if self.ratings else ())):
                yield self.unit(
                    mode,
                    page,
                    url=f"https://www.facebook.com/{page}",
                    mode=mode,
                    target=page,
                    brand=brand,
                    medium="review" if mode == "ratings" else self.medium,
                    label=f"Facebook page {page} ({mode})",
                )


class InstagramSource(SourceBase):
    """The client's own professional accounts: comments under their posts, and posts that tag them. ``tags``: hashtags
    (30 in 7 days)."""

    kind: Literal["instagram"]
    accounts: Annotated[tuple[Handle, ...], Field(min_length=1, max_length=20)]
    tags: Annotated[tuple[Handle, ...], Field(max_length=30)] = ()
    every: Minutes = 15

    KEYED = True

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        brand = self.brand or brands[0].name
        for account in self.accounts:
            for mode in ("media", "tagged"):
                yield self.unit(
                    mode,
                    account,
                    url="https://www.instagram.com/",
                    mode=mode,
                    target=account,
                    brand=brand,
                    label=f"Instagram account {account} ({mode})",
                )
        for tag in self.tags:
            yield self.unit(
                "hashtag",
                tag,
                url=f"https://www.instagram.com/explore/tags/{tag}/",
                mode="hashtag",
                target=tag,
                server=self.accounts[0],
            )


class ThreadsSource(SourceBase):
    """Keyword search of Threads, after Meta's review of the client's app."""

    kind: Literal["threads"]
    queries: tuple[Query, ...] = ()
    every: Minutes = 15

    KEYED = True

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        yield from self.searches(brands, self.queries, url="https://www.threads.net/search")
