"""How weighty an outlet is, by its domain: our own list as data (``outlets.json``), no rating of anybody's work."""

import json
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

NATIONAL, LARGE, LOCAL = 1, 2, 3
"""1: national, broadcast or wire; 2: large; 3: local, blog or aggregator."""


def tier_of(url: str | None) -> int | None:
    """1, 2 or 3; None for an outlet that is not listed and for a platform on which everybody writes."""
    return _tier(url) if url else None


def host_of(url: str | None) -> str | None:
    """The host without www., None for what is no address."""
    if not url:
        return None
    try:
        host = urlsplit(url if "//" in url[:12] else f"//{url}").hostname
    except ValueError:
        return None
    if not host:
        return None
    for prefix in ("www.", "m.", "amp.", "mobile."):
        host = host.removeprefix(prefix)
    return host.rstrip(".") or None


def is_everybodys(host: str | None) -> bool:
    return host is not None and any(part in _listed()[1] for part in _parents(host))


@lru_cache(maxsize=2_048)
def _tier(url: str) -> int | None:
    host = host_of(url)
    if host is None:
        return None
    tiers, everybodys = _listed()
    path = _path(url).split("/")[1:2]
    page = f"{host}/{path[0].lower()}" if path and path[0] else host
    if page in tiers:
        return tiers[page]
    for parent in _parents(host):
        if parent in everybodys:
            return None
        if parent in tiers:
            return tiers[parent]
    return None


def _path(url: str) -> str:
    path = urlsplit(url if "//" in url[:12] else f"//{url}").path
    return path.replace("/s/", "/", 1) if path.startswith("/s/") else path


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(min(len(labels), 6))]


@cache
def _listed() -> tuple[dict[str, int], frozenset[str]]:
    """Tiers by domain or page, and the platforms."""
    data = json.loads(files("tocsin.domain").joinpath("outlets.json").read_text(encoding="utf-8"))
    tiers = {
        name: tier for tier in (LOCAL, LARGE, NATIONAL) for line in data[str(tier)] for name in line.split()
    }  # of an entry that stands twice the weightier holds
    return tiers, frozenset(data["everybodys"].split())
