"""Addresses as a story knows them: one key however a page is shared."""

from hashlib import blake2b
from urllib.parse import urlsplit

from tocsin.domain.urls import canonical_url

_SAME_SITE = {
    "twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
    "telegram.me": "t.me",
    "threads.com": "threads.net",
}
_POSTS_BY_PATH = frozenset({"x.com", "t.me", "threads.net", "instagram.com", "tiktok.com", "bsky.app"})
"""What stands after ? there tells who shared it."""


def link_key(url: str, own: frozenset[str] = frozenset()) -> int | None:
    """32 bits of an address's one spelling; None for a front page and for pages of ``own`` hosts, which all link to."""
    spelt = canonical_url((url if url[:4].lower() == "http" else f"http://{url}").rstrip(".,;:!?)]}…"))
    if spelt is None:
        return None
    parts = urlsplit(spelt)
    if len(parts.path) < 2 and not parts.query:
        return None
    host = parts.netloc.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    if any(host == each or host.endswith(f".{each}") for each in own):
        return None
    host = _SAME_SITE.get(host, host)
    path = parts.path.strip("/").removeprefix("s/" if host == "t.me" else "\0")
    return key_of(f"{host}/{path}?{'' if host in _POSTS_BY_PATH else parts.query}", 4)


def key_of(text: str, size: int = 3) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest(), "little")
