"""How public pages answer: headers that let nothing in and nothing out, and the language that a visitor reads."""

import re
from collections.abc import Mapping

from tocsin.domain.client import Language
from tocsin.entry.http import BadRequestError, Request, Response
from tocsin.web.i18n import LANGUAGES
from tocsin.web.pages import style_hash

HEADERS = {
    "cache-control": "no-store",
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)")


def html_answer(status: int, body: str, frames: tuple[str, ...] = ()) -> Response:
    """``frames``: the sites that may show the page in a frame; without any, none may."""
    policy = (
        f"default-src 'none'; style-src '{style_hash()}'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {' '.join(frames) if frames else chr(39) + 'none' + chr(39)}"
    )
    headers = {**HEADERS, "content-security-policy": policy}
    if not frames:
        headers["x-frame-options"] = "DENY"
    return Response(status, body, headers)


def text_answer(status: int, body: str, more: Mapping[str, str] | None = None) -> Response:
    return Response(status, body, {**HEADERS, "content-type": "text/plain; charset=utf-8", **(more or {})})


def see_other(address: str) -> Response:
    return Response(303, "", {**HEADERS, "location": address})


def base_of(request: Request) -> str:
    return request.origin + request.prefix


def from_elsewhere(request: Request) -> bool:
    """Another site's page sent the form. In a frame our own form still counts as ours; old browsers say nothing."""
    return request.headers.get("sec-fetch-site", "").strip().lower() == "cross-site"


def asked_language(request: Request) -> Language | None:
    """The one that the address or the form asks for."""
    asked = request.query.get("lang")
    if asked is None and request.method == "POST":
        try:
            asked = request.form().get("lang")
        except BadRequestError:
            asked = None
    return next((code for code in LANGUAGES if code == asked), None)


def accepted_language(request: Request, otherwise: Language) -> Language:
    """The browser's. RFC 9110, 12.5.4: the highest quality wins, of equals the first."""
    best, quality = otherwise, 0.0
    for part in request.headers.get("accept-language", "")[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        found = _QUALITY.fullmatch(rest.strip()) if rest else None
        weight = float(found[1]) if found else 0.0 if rest else 1.0
        code = next((each for each in LANGUAGES if each == tag.strip().lower().partition("-")[0]), None)
        if code is not None and weight > quality:
            best, quality = code, weight
    return best
