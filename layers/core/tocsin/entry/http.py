"""API Gateway's HTTP API (payload format 2.0) in plain values, and back."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl

from tocsin.domain.errors import TocsinError

MAX_FORM = 1024 * 1024
"""Bytes of a form that are still read, so that what was typed can be shown again; a page takes 6 MB with all else."""
MAX_FIELDS = 60
_HOST = re.compile(r"[a-z0-9.-]{1,253}(:\d{1,5})?")
FORM_TYPE = "application/x-www-form-urlencoded"


def number_of(said: str) -> int | None:
    """A number of at most three digits, as an address or a form names a place in a list; None for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else None


class BadRequestError(TocsinError):
    """The request is none that this page could have sent. ``status`` is HTTP's."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` is without the stage, header names are in small letters. ``origin`` is our own address, without a
    slash at its end; ``prefix`` is the stage's part of every path, empty for the default stage."""

    method: str
    path: str
    origin: str
    source: str
    prefix: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def form(self) -> dict[str, str]:
        """The fields of a form; of a name that comes twice, the first. Raise BadRequestError."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
            raise BadRequestError("this is no form", 415)
        if len(self.body) > MAX_FORM:
            raise BadRequestError("the form is over 1 MB", 413)
        try:
            pairs = parse_qsl(
                self.body.decode("utf-8", "replace"),
                keep_blank_values=True,
                errors="replace",
                max_num_fields=MAX_FIELDS,
            )
        except ValueError:
            raise BadRequestError("the form has too many fields") from None
        fields: dict[str, str] = {}
        for name, value in pairs:
            fields.setdefault(name, value)
        return fields


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_event(self) -> dict[str, Any]:
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "body": self.body,
            "isBase64Encoded": False,
        }


def request_of(event: Mapping[str, Any], public_url: str = "") -> Request:
    """``public_url``: our own address where it is not the one that API Gateway was called by. Raise BadRequestError."""
    context = event.get("requestContext") or {}
    http = context.get("http") or {}
    stage = str(context.get("stage") or "$default")
    prefix = "" if stage == "$default" else f"/{stage}"
    path = str(event.get("rawPath") or "/")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        path = path[len(prefix) :] or "/"
    host = str(context.get("domainName") or "").lower()
    origin = public_url.rstrip("/") or f"https://{host if _HOST.fullmatch(host) else 'invalid'}"
    return Request(
        method=str(http.get("method") or "GET").upper(),
        path=path,
        origin=origin,
        prefix=prefix,
        source=source_of(str(http.get("sourceIp") or "")),
        query=_first(str(event.get("rawQueryString") or "")),
        headers={str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()},
        body=_body(event),
    )


def source_of(address: str) -> str:
    """Who calls, for counting alone: of IPv6 the network, since each household has 2^64 addresses."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def _first(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query[:2_000], keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return b64decode(body, validate=True)
    except (NotBase64, ValueError, TypeError):
        raise BadRequestError("the body is not what its encoding says") from None
