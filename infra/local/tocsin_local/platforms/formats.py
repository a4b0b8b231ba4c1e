"""RSS 2.0, Atom and JSON Feed 1.1, as such sites really send them."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from tocsin_local.platforms.story import Site, StoryPost

Published = Sequence[tuple[datetime, StoryPost]]
ATOM = "http://www.w3.org/2005/Atom"
CREATOR = "http://purl.org/dc/elements/1.1/"


def render(site: Site, posts: Published) -> tuple[bytes, str]:
    """The document and its content type."""
    if site.format == "rss":
        return _rss(site, posts), "application/rss+xml; charset=utf-8"
    if site.format == "atom":
        return _atom(site, posts), "application/atom+xml; charset=utf-8"
    return _json_feed(site, posts), "application/feed+json; charset=utf-8"


def _rss(site: Site, posts: Published) -> bytes:
    ET.register_namespace("dc", CREATOR)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _texts(channel, title=site.title, link=_home(site), description=site.title)
    for at, post in posts:
        item = ET.SubElement(channel, "item")
        _texts(item, title=post.title, link=_link(site, post), description=f"<p>{post.text}</p>")
        ET.SubElement(item, f"{{{CREATOR}}}creator").text = post.author
        ET.SubElement(item, "guid", isPermaLink="false").text = _native(post)
        ET.SubElement(item, "pubDate").text = format_datetime(at)
    return _document(root)


def _atom(site: Site, posts: Published) -> bytes:
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    newest = posts[0][0].isoformat() if posts else "1970-01-01T00:00:00+00:00"
    _texts(root, ATOM, title=site.title, id=_home(site), updated=newest)
    ET.SubElement(root, f"{{{ATOM}}}link", rel="self", href=site.url)
    for at, post in posts:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        _texts(entry, ATOM, title=post.title, id=f"urn:x-story:{_native(post)}", updated=at.isoformat())
        _texts(entry, ATOM, published=at.isoformat())
        ET.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=_link(site, post))
        _texts(ET.SubElement(entry, f"{{{ATOM}}}author"), ATOM, name=post.author)
        ET.SubElement(entry, f"{{{ATOM}}}content", type="text").text = post.text
    return _document(root)


def _json_feed(site: Site, posts: Published) -> bytes:
    items: list[dict[str, Any]] = [
        {
            "id": _native(post),
            "url": _link(site, post),
            "title": post.title,
            "content_text": post.text,
            "date_published": at.isoformat(),
            "authors": [{"name": post.author, "url": f"{_home(site)}u/{_hash(post.author)}"}],
        }
        for at, post in posts
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": _home(site),
        "feed_url": site.url,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def _texts(parent: ET.Element, namespace: str = "", **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name).text = text


def _document(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _home(site: Site) -> str:
    return site.url.rsplit("/", 1)[0] + "/"


def _link(site: Site, post: StoryPost) -> str:
    return f"{_home(site)}{_native(post)}"


def _native(post: StoryPost) -> str:
    return _hash(f"{post.at}/{post.site}/{post.author}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
