"""Which item is which: ids that stay the same on every fetch, though guids are doubled, blank and local."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from tocsin.adapters.sources.feeds_item import FeedItem
from tocsin.domain.urls import canonical_url

_UNIQUE = re.compile(r"(?:tag|urn|at|info|doi|yt|acct|magnet|cid|mid|nntp|news|xmpp):\S{4,}", re.IGNORECASE)
_TAG = re.compile(r"tag:(?:[^\s@,]*@)?([A-Za-z0-9.-]{1,253}),\S+", re.IGNORECASE)  # RFC 4151


def native_ids(items: Sequence[FeedItem], feed_url: str) -> list[str | None]:
    """The native id of each item, from what the item says of itself; None for a true repetition of an earlier one.

    A guid that is unique in the world (an address of more than a host, ``tag:``, ``urn:``) is taken alone: links and
    titles get edited. A local one («1», «post-7») is often handed out again, so the link must be the same too; without
    a guid it is link and title. Items that still agree, but differ in link or title, and then those that differ in
    text, are told apart by that, all of them alike, so that the order of a feed does not matter.

    Only a site's own feeds may speak of it: an address, or a ``tag:`` of an authority, counts for all feeds where its
    host is that of the feed, above or below it; anything else is an id among the feeds of that feed's host. So no feed
    can take the id of another site's item before that comes, and an aggregator's items have ids of its own. Feeds on
    one host, or on hosts one above the other, trust each other.
    """
    ids = [_native(item, feed_url) for item in items]
    for detail in (_heading, _words):
        crowded = _shared(ids, [(_heading(item, feed_url), _words(item, feed_url)) for item in items])
        ids = [
            f"{native}\n{detail(item, feed_url)}" if native in crowded else native
            for native, item in zip(ids, items, strict=True)
        ]
    known: set[str] = set()
    found: list[str | None] = []
    for native in ids:
        found.append(None if native in known else native)
        known.add(native)
    return found


def native_id(guid: str, link: str, feed_url: str) -> str:
    """As ``native_ids`` gives it to an item of that guid and link that stands alone."""
    return _native(FeedItem(guid=guid, link=link), feed_url)


def _shared(ids: Sequence[str], contents: Sequence[tuple[str, str]]) -> set[str]:
    """Ids under which items of different content stand."""
    variants = Counter(native for native, _ in set(zip(ids, contents, strict=True)))
    return {native for native, count in variants.items() if count > 1}


def _native(item: FeedItem, feed_url: str) -> str:
    guid = item.guid
    link = _link(item, feed_url)
    if not guid:
        said = _heading(item, feed_url) if link or item.title else _words(item, feed_url)
        return _scoped(said, _host(link), feed_url)
    if _UNIQUE.fullmatch(guid):
        tag = _TAG.fullmatch(guid)
        return _scoped(guid, tag[1].lower() if tag else "", feed_url)
    address = canonical_url(guid)
    if address and (urlsplit(address).path != "/" or urlsplit(address).query):
        fragment = guid.partition("#")[2]
        return _scoped(f"{address}#{fragment}" if fragment else address, _host(address), feed_url)
    return _scoped(f"{guid}\n{link or item.title}", "", feed_url)


def _scoped(native: str, claimed: str, feed_url: str) -> str:
    """``native`` itself where the feed may speak for the host ``claimed``, else within the feed's own host."""
    feed = _host(feed_url)
    return native if _speaks_for(feed, claimed) else f"{urlsplit(canonical_url(feed_url) or '').netloc}\n{native}"


def _speaks_for(feed: str, claimed: str) -> bool:
    """The item's link is no witness: whoever writes the guid writes the link.

    ``www.`` counts as the site itself when it is claimed, not when it asks: www.github.io is one of the neighbours.
    """
    if not feed or not claimed:
        return False
    above = claimed.removeprefix("www.")
    return feed in {claimed, above} or feed.endswith(f".{above}") or claimed.endswith(f".{feed}")


def _host(url: str) -> str:
    return urlsplit(canonical_url(url) or "").hostname or ""


def _link(item: FeedItem, feed_url: str) -> str:
    return (canonical_url(item.link, feed_url) or item.link) if item.link else ""


def _heading(item: FeedItem, feed_url: str) -> str:
    return f"{_link(item, feed_url)}\n{item.title}"


def _words(item: FeedItem, feed_url: str) -> str:  # noqa: ARG001 called as _heading is
    return hashlib.sha256(item.text.encode("utf-8", "surrogatepass")).hexdigest()
