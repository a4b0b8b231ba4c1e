"""HTTP to addresses that strangers choose: only public ones, only so long, only so much."""

import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import certifi
import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from tocsin.adapters.http_transport import TIMEOUT, GuardedAdapter, limit
from tocsin.adapters.inflate import BrokenStreamError, TooLargeError, gunzip_if_bare, inflated
from tocsin.domain.errors import FetchError, RefusedAddressError, Trouble
from tocsin.domain.model import Frozen

USER_AGENT = "Tocsin/0.1 (+brand monitoring; contact the stack's operator)"
MAX_BODY = 5_000_000
MAX_REDIRECTS = 5
ATTEMPTS = 3
MAX_RETRY_AFTER = 86_400.0

_BACKOFF = 0.5
_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_PASSING = frozenset({502, 503, 504})
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)


class HttpReply(Frozen):
    """``url`` answered at last; header names are lower case; ``bytes_read`` are body bytes as transferred.

    ``moved_permanently_to``: where the permanent redirects at the chain's beginning led.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    url: str
    moved_permanently_to: str | None = None
    bytes_read: int = 0


class GuardedHttp:
    """GET and POST for untrusted addresses; one instance may serve several threads.

    Each connection goes to exactly the address that was checked (no DNS rebinding), after every redirect anew.
    ``allow_hosts`` exempts pairs "host:port" from the check, for local mode. No proxies, no cookies, no .netrc.
    """

    def __init__(
        self,
        *,
        allow_hosts: frozenset[str] = frozenset(),
        user_agent: str = USER_AGENT,
        ca_file: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._clock, self._sleep, self._rand = clock, sleep, rand
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update(
            {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "close"}
        )
        adapter = GuardedAdapter(allow_hosts, ca_file or certifi.where())
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def get(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        private: Mapping[str, str] | None = None,
        accept_throttle: bool = False,
    ) -> HttpReply:
        """Ask, follow redirects, retry what passes by itself, and be done within ``budget`` of real time.

        ``private``: headers that carry a secret; they go to the first host only, never where a redirect leads.
        ``accept_throttle``: 429 is a reply like any other, for sources that say in its body what they mean.
        Raise RefusedAddressError for addresses we do not call, FetchError for all that went wrong on the way and for
        429 and 503 with Retry-After (``retry_after`` in seconds, a day at most). Any other status is a reply.
        """
        return self._ask(_Request("GET", headers, private or {}, None, accept_throttle), url, budget)

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        data: bytes,
        private: Mapping[str, str] | None = None,
    ) -> HttpReply:
        """As ``get``, but sent once only and to this address only: a redirect is an error."""
        return self._ask(_Request("POST", headers, private or {}, data, accept_throttle=False), url, budget)

    def _ask(self, request: "_Request", url: str, budget: timedelta) -> HttpReply:
        end = time.monotonic() + budget.total_seconds()
        first = _origin(url)
        moved: str | None = None
        permanent, read = True, 0
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._patiently(request, url, end, trusted=_origin(url) == first)
            read += answer.transferred
            target = answer.headers.get("location") if answer.status in _REDIRECTS else None
            if target is None:
                return HttpReply(
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    url=url,
                    moved_permanently_to=moved,
                    bytes_read=read,
                )
            if request.data is not None:
                raise FetchError(f"{shown(url)}: redirects what was sent to it", trouble=Trouble.DOWN)
            url = _next_url(url, target)
            permanent = permanent and answer.status in _PERMANENT
            moved = url if permanent else moved
        raise FetchError(f"{shown(url)}: more than {MAX_REDIRECTS} redirects", trouble=Trouble.DOWN)

    def _patiently(self, request: "_Request", url: str, end: float, *, trusted: bool) -> "_Answer":
        """One hop, tried again with growing, jittered pauses while the fault may pass and time is left."""
        _check_form(url)
        answer, reason = None, ""
        attempts = ATTEMPTS if request.data is None else 1
        for attempt in range(1, attempts + 1):
            answer, reason = self._attempt(request, url, end, trusted=trusted)
            pause = _BACKOFF * 2**attempt * (0.5 + self._rand() / 2)
            if attempt == attempts or time.monotonic() + pause >= end:
                break
            if answer and answer.status not in _PASSING:
                break
            self._sleep(pause)
        if answer is None:
            raise FetchError(f"{shown(url)}: {reason}")
        return answer

    def _attempt(self, request: "_Request", url: str, end: float, *, trusted: bool) -> tuple["_Answer | None", str]:
        try:
            answer = self._once(request, url, end, trusted=trusted)
        except _FAILURES as error:
            return None, _plain_reason(error, end)
        if not request.accept_throttle:
            self._heed(url, answer)
        return answer, ""

    def _heed(self, url: str, answer: "_Answer") -> None:
        wait = _retry_after(answer.headers.get("retry-after"), self._clock())
        if answer.status == 429 or (answer.status == 503 and wait is not None):
            raise FetchError(
                f"{shown(url)}: asks us to slow down (status {answer.status})",
                retry_after=wait,
                trouble=Trouble.THROTTLED,
            )

    def _once(self, request: "_Request", url: str, end: float, *, trusted: bool) -> "_Answer":
        limit.end = end
        with self._session.request(
            request.method,
            url,
            headers={**request.headers, **(request.private if trusted else {})},
            data=request.data,
            stream=True,
            allow_redirects=False,
            timeout=(TIMEOUT, TIMEOUT),
        ) as response:
            named = {name.lower(): value for name, value in response.headers.items()}
            if response.status_code in _REDIRECTS and "location" in named:
                return _Answer(response.status_code, named, b"", 0)
            wire = _Wire(response.raw)
            try:
                body = _plain_body(wire, named.get("content-encoding", "").strip().lower())
            except TooLargeError:
                raise FetchError(f"{shown(url)}: larger than {MAX_BODY // 1_000_000} MB") from None
            except BrokenStreamError as error:
                raise FetchError(f"{shown(url)}: {error}") from None
            return _Answer(response.status_code, named, body, wire.read)


class _Request(NamedTuple):
    method: str
    headers: Mapping[str, str]
    private: Mapping[str, str]
    data: bytes | None
    accept_throttle: bool


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    transferred: int


class _Wire:
    """The body as it comes, one receive at a time, counted."""

    def __init__(self, raw: urllib3.BaseHTTPResponse) -> None:
        self._raw = raw
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        # read() would wait until a whole chunk has dripped in; read1() comes back after each receive.
        while data := self._raw.read1(_CHUNK, decode_content=False):
            self.read += len(data)
            if self.read > MAX_BODY:
                raise TooLargeError
            yield data


def _plain_body(wire: _Wire, encoding: str) -> bytes:
    encoding = encoding.removeprefix("x-")
    if encoding in {"", "identity", "none", "utf-8"}:  # some servers confuse it with the charset
        body = b"".join(wire)
    elif encoding in {"gzip", "deflate"}:
        body = b"".join(inflated(wire, encoding=encoding, cap=MAX_BODY))
    else:
        raise BrokenStreamError(f"compressed with {encoding[:20]!r}, which we did not ask for")
    return gunzip_if_bare(body, MAX_BODY)


def shown(url: str) -> str:
    """The address as a person may see it: scheme, host and path, without query, password and fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable address"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"[:200]


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _check_form(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchError("the address cannot be read; write it like https://news.example/feed.xml") from None
    if parts.scheme not in {"http", "https"}:
        raise RefusedAddressError(f"{shown(url)}: only http and https addresses are called")
    if not parts.hostname:
        raise FetchError(f"{shown(url)}: the address names no host")
    if parts.username is not None or parts.password is not None:
        raise RefusedAddressError(f"{shown(url)}: an address with a user name in it is not called")


def _next_url(url: str, location: str) -> str:
    # http.client reads headers as Latin-1; what stands there is UTF-8 in practice (RFC 9110, 10.2.2 allows ASCII only).
    location = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        target = urljoin(url, location.strip())
        downgraded = urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http"
    except ValueError:
        raise FetchError(f"{shown(url)}: redirects to an address that cannot be read") from None
    if downgraded:
        raise RefusedAddressError(f"{shown(url)}: redirects from https to http ({shown(target)})")
    return target


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: a number or a date), a day at most; None when nothing readable is said."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
        wait = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), MAX_RETRY_AFTER)


def _plain_reason(error: BaseException, end: float) -> str:
    """What went wrong, in words; the libraries' own messages carry the whole address, secrets and all."""
    if time.monotonic() >= end:
        return "did not answer completely in the time it was given"
    causes = list(_causes(error))
    for kind, reason in (
        (ssl.SSLCertVerificationError, "its TLS certificate is not valid"),
        (ssl.SSLError, "the TLS connection failed"),
        (NameResolutionError, "the host name cannot be resolved"),
        (ConnectTimeoutError, f"no connection within {TIMEOUT:.0f} s"),
        (NewConnectionError, "the connection was refused or failed"),
        (TimeoutError, f"silent for {TIMEOUT:.0f} s"),
        (urllib3.exceptions.TimeoutError, f"silent for {TIMEOUT:.0f} s"),
        (requests.exceptions.InvalidURL, "the address cannot be read"),
        (requests.exceptions.InvalidHeader, "a request header cannot be sent"),
    ):
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    return "the connection broke off"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: requests and urllib3 hide it in args, ``reason`` and ``__context__``."""
    pending, known = [error], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in known:
            continue
        known.add(id(current))
        yield current
        hidden = (*current.args, getattr(current, "reason", None), current.__cause__, current.__context__)
        pending += [inner for inner in hidden if isinstance(inner, BaseException)]
