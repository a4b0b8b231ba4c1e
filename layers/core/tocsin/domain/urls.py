"""One spelling for one address, so that the same article is known again."""

import ipaddress
import re
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
_TRACKING = frozenset(
    "__twitter_impression _hsenc _hsmi _openstat at_bbc_team at_campaign at_campaign_type at_format at_link_id "
    "at_link_origin at_link_type at_medium at_ptr_name cmpid dclid fb_action_ids fb_action_types fb_ref fb_source "
    "fbclid gad_source gbraid gclid gclsrc guce_referrer guce_referrer_sig guccounter hsctatracking igsh igshid "
    "li_fat_id mc_cid mc_eid mkt_tok msclkid ncid ns_campaign ns_mchannel ns_source oly_anon_id oly_enc_id "
    "rb_clickid ref_src ref_url s_cid sr_share srsltid ttclid twclid vero_conv vero_id wbraid wickedid wt_mc "
    "xtor yclid ysclid zanpid".split()
)
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_BING = "www.bing.com/news/apiclick.aspx"
_MAX_FIELDS = 100
_HOST = re.compile(r"(?=[a-z0-9._-]{1,253}\Z)[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?")
_PIECE = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY_SAFE = _PATH_SAFE | frozenset("?")
_UNWRAPS = 3


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The address in its one spelling, or None when it is no http(s) address (RFC 3986, section 6).

    Lower-case scheme and host, IDNA, no default port, no user name, no tracking parameters, no fragment but a
    hash-bang; the other parameters keep their order. A relative address is resolved against ``base``; the
    wrappers of Google and Bing (``google.com/url?url=``) give what they wrap. Applying it twice changes nothing more.
    """
    parts = _split(url, base)
    for _ in range(_UNWRAPS):
        wrapped = _wrapped(parts) if parts else None
        inner = _split(wrapped, None) if wrapped else None
        if inner is None:
            break
        parts = inner
    return _spell(parts) if parts else None


def _split(url: str, base: str | None) -> SplitResult | None:
    bare = "".join(char for char in url.strip() if char >= " " and char not in "\x7f\u2028\u2029")
    try:
        parts = urlsplit(urljoin(base, bare) if base else bare)
        scheme, host, port = parts.scheme.lower(), _host(parts.hostname or ""), parts.port
    except ValueError:  # unbalanced brackets, a port that is no number, a host that changes under normalisation
        return None
    if scheme not in _PORTS or host is None:
        return None
    netloc = host if port in {None, _PORTS[scheme]} else f"{host}:{port}"
    return parts._replace(scheme=scheme, netloc=netloc)


def _host(name: str) -> str | None:
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]"
    # The standard library's IDNA is that of 2003: it maps what browsers map, which is all an identity needs.
    ascii_name = (name if name.isascii() else name.encode("idna").decode("ascii")).lower().rstrip(".")
    return ascii_name if _HOST.fullmatch(ascii_name) else None


def _wrapped(parts: SplitResult) -> str | None:
    google = parts.path == "/url" and _GOOGLE.fullmatch(parts.netloc)
    if not google and f"{parts.netloc}{parts.path}" != _BING:
        return None
    query = parse_qs(parts.query, max_num_fields=_MAX_FIELDS) if parts.query.count("&") < _MAX_FIELDS else {}
    return next((query[name][0] for name in ("url", "q") if name in query), None)


def _spell(parts: SplitResult) -> str:
    path = _without_dots(_percent(parts.path, _PATH_SAFE)) or "/"
    pieces = (piece for piece in parts.query.split("&") if piece and not _tracks(piece))
    query = "&".join(_percent(piece, _QUERY_SAFE) for piece in pieces)
    fragment = _percent(parts.fragment, _QUERY_SAFE) if parts.fragment.startswith("!") else ""
    return urlunsplit((parts.scheme, parts.netloc, path, query, fragment))


def _tracks(parameter: str) -> bool:
    name = unquote(parameter.partition("=")[0]).lower()
    return name.startswith("utm_") or name in _TRACKING


def _percent(text: str, safe: frozenset[str]) -> str:
    return "".join(_piece(match.group(), safe) for match in _PIECE.finditer(text))


def _piece(piece: str, safe: frozenset[str]) -> str:
    if len(piece) == 3:
        char = chr(int(piece[1:], 16))
        return char if char in _UNRESERVED else piece.upper()
    if piece in safe:
        return piece
    return "".join(f"%{byte:02X}" for byte in piece.encode("utf-8", "replace"))


def _without_dots(path: str) -> str:
    """Dot segments resolved (RFC 3986, 5.2.4); doubled slashes stay, they may mean something."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
