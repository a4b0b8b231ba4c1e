"""The public pages and hooks of a client: which request is answered by what. No cookies, no scripts, no cache."""

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from tocsin.domain.client import Client, Language
from tocsin.domain.complaint import Status
from tocsin.domain.errors import SecretError
from tocsin.domain.intake_settings import Intake as IntakeSettings
from tocsin.domain.webhook import Refusal
from tocsin.entry.http import BadRequestError, Request, Response, request_of
from tocsin.ports import Clock
from tocsin.services.inbound import Hooks
from tocsin.services.intake import BusyError, ChangedError, ClosedError, Intake, NotTakenError, RefusedError
from tocsin.services.logged import logged
from tocsin.web.i18n import LANGUAGES, Reader
from tocsin.web.intake import Page, Typed, embed_page, form_page, plain_page, style_hash, thread_page
from tocsin.web.intake_words import BUSY, CHANGED, ELSEWHERE, FAILED, GONE, NOT_STORED, STALE

logger = logging.getLogger(__name__)

FORM, EMBED, THREAD, HOOK = "/c", "/c/embed", "/c/t/", "/hooks/"
HOOK_STATUS = {
    Refusal.UNKNOWN: 404,
    Refusal.SIZE: 413,
    Refusal.ITEMS: 413,
    Refusal.UNSIGNED: 401,
    Refusal.TIME: 401,
    Refusal.SIGNATURE: 401,
    Refusal.REPLAY: 409,
    Refusal.BODY: 400,
}
_HEADERS = {
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


class Site:
    """``public_url``: our own address where it is not API Gateway's; empty for that."""

    def __init__(self, *, intake: Intake, hooks: Hooks, clock: Clock, public_url: str = "") -> None:
        self._intake = intake
        self._hooks = hooks
        self._clock = clock
        self._public_url = public_url

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What goes wrong is an answer too; only its kind and place are logged, since requests hold people's words."""
        try:
            request = request_of(event, self._public_url)
            response = self._hook(request) if request.path.startswith(HOOK) else self._page(request)
        except BadRequestError as error:
            response = _text(error.status, str(error))
        return response.to_event()

    def _page(self, request: Request) -> Response:
        try:
            client, intake = self._intake.client()
        except ClosedError:
            return _text(404, "There is nothing here.")
        except Exception as error:
            logger.error("no page can be shown", extra=logged(error))
            return _text(503, "Not just now. Please come back in a minute.")
        reader = Reader(_language(request, client.language), client.timezone)
        try:
            return self._route(request, client, intake, reader)
        except (RefusedError, ClosedError):
            return _html(404, plain_page(Page(reader, client.name), GONE))
        except BadRequestError:
            raise
        except Exception as error:
            logger.error("a page failed", extra=logged(error))
            return _html(503, plain_page(Page(reader, client.name), FAILED))

    def _route(self, request: Request, client: Client, intake: IntakeSettings, reader: Reader) -> Response:
        path, method = request.path.rstrip("/") or "/", request.method
        if path == FORM and method == "GET":
            return self._show_form(request, client, intake, reader)
        if path == FORM and method == "POST":
            return self._take_form(request, client, intake, reader)
        if path == EMBED and method == "GET":
            address = f"{_base(request)}{FORM}"
            return _html(200, embed_page(Page(reader, client.name, _base(request) + EMBED), intake, address))
        if path.startswith(THREAD) and method == "GET":
            return self._thread(request, client, reader, path.removeprefix(THREAD), Typed())
        if path.startswith(THREAD) and method == "POST":
            return self._act(request, client, reader, path.removeprefix(THREAD))
        raise RefusedError

    def _show_form(self, request: Request, client: Client, intake: IntakeSettings, reader: Reader) -> Response:
        embedded = request.query.get("embed") == "1"
        page = Page(reader, client.name, _base(request) + FORM, embedded)
        html = form_page(
            page, intake, token=self._intake.form_token(), action=_base(request) + FORM, typed={}, faults={}
        )
        return _html(200, html, frames=(intake.embed_on or ("*",)) if embedded else ())

    def _take_form(self, request: Request, client: Client, intake: IntakeSettings, reader: Reader) -> Response:
        fields = request.form()

        def again(status: int, trouble: str | None, error: NotTakenError | None = None) -> Response:
            html = form_page(
                Page(reader, client.name), intake, token=self._intake.form_token(), action=_base(request) + FORM,
                typed=fields, faults=error.faults if error else {}, trouble=trouble,
            )  # fmt: skip
            return _html(status, html)

        if _from_elsewhere(request):
            return again(403, ELSEWHERE)
        try:
            token = self._intake.submit(
                fields, token=fields.get("form", ""), source_ip=request.source, language=reader.language,
                links_to=_links(request),
            )  # fmt: skip
        except NotTakenError as error:
            return again(422, STALE if error.stale else None, error)
        except BusyError:
            return again(429, BUSY)
        except (ClosedError, SecretError):
            raise
        except Exception as error:
            logger.error("a complaint could not be taken", extra=logged(error))
            return again(503, NOT_STORED)
        return _see_other(f"{_links(request)(token)}?new=1")

    def _act(self, request: Request, client: Client, reader: Reader, token: str) -> Response:
        fields = request.form()
        text = fields.get("text", "")
        if _from_elsewhere(request):
            return self._thread(request, client, reader, token, Typed(text, trouble=ELSEWHERE), 403)
        try:
            token = self._do(request, token, fields, text)
        except NotTakenError as error:
            return self._thread(request, client, reader, token, Typed(text, fault=error.faults["text"]), 422)
        except ChangedError:
            return self._thread(request, client, reader, token, Typed(text, trouble=CHANGED), 409)
        except BusyError:
            words = BUSY
            return self._thread(request, client, reader, token, Typed(text, trouble=words), 429)
        return _see_other(
            _links(request)(token) + (f"?lang={lang}" if (lang := fields.get("lang")) in LANGUAGES else "")
        )

    def _do(self, request: Request, token: str, fields: Mapping[str, str], text: str) -> str:
        """Return the token whose page shows what was done."""
        match fields.get("do"):
            case "write":
                self._intake.write(token, text, seen=_whole(fields.get("seen")))
            case "status" if fields.get("status") in set(Status):
                self._intake.set_status(token, Status(fields["status"]), version=_whole(fields.get("version")))
            case "renew":
                return self._intake.renew_links(token, version=_whole(fields.get("version")), links_to=_links(request))
            case _:
                raise BadRequestError("there is nothing to do in this form")
        return token

    def _thread(
        self, request: Request, client: Client, reader: Reader, token: str, typed: Typed, status: int = 200
    ) -> Response:
        thread = self._intake.thread(token)
        link = _links(request)(token)
        if thread.their_language and not _asked(request):
            reader = Reader(thread.their_language, client.timezone)
        html = thread_page(
            Page(reader, client.name, link if request.method == "GET" else None),
            thread.role, thread.complaint, thread.messages,
            now=self._clock.now(), action=link, own_link=link,
            their_link=_links(request)(thread.author_token) if thread.author_token else None,
            link_ends=thread.link_ends, typed=typed, fresh=request.query.get("new") == "1",
        )  # fmt: skip
        return _html(status, html)

    def _hook(self, request: Request) -> Response:
        if request.method != "POST":
            raise BadRequestError("send a signed POST", 405)
        try:
            answer = self._hooks.receive(
                request.path.removeprefix(HOOK).rstrip("/"),
                timestamp=request.headers.get("x-tocsin-timestamp", "").strip(),
                signature=request.headers.get("x-tocsin-signature", ""),
                body=request.body,
            )
        except Exception as error:
            logger.error("a hook failed", extra=logged(error))
            return _json(503, {"error": "not taken just now; send it again in a minute"}, {"retry-after": "60"})
        if answer.busy:
            return _json(429, {"error": "too many messages; slow down"}, {"retry-after": "30"})
        if answer.refused is not None:
            return _json(HOOK_STATUS[answer.refused], {"error": answer.refused.value})
        return _json(202, answer.model_dump(include={"accepted", "unmatched", "quarantined"}))


def _links(request: Request) -> Callable[[str], str]:
    return lambda token: f"{_base(request)}{THREAD}{token}"


def _from_elsewhere(request: Request) -> bool:
    """Another site's page sent the form. In a frame our own form still counts as ours; old browsers say nothing."""
    return request.headers.get("sec-fetch-site", "").strip().lower() == "cross-site"


def _base(request: Request) -> str:
    return request.origin + request.prefix


def _asked(request: Request) -> bool:
    return request.query.get("lang") in LANGUAGES


def _whole(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else -1


def _language(request: Request, client_language: Language) -> Language:
    """The one asked for, in the address or the form; else the browser's; else the client's."""
    asked = request.query.get("lang")
    if asked is None and request.method == "POST":
        try:
            asked = request.form().get("lang")
        except BadRequestError:
            asked = None
    return next((code for code in LANGUAGES if code == asked), None) or _accepted(
        request.headers.get("accept-language", ""), client_language
    )


def _accepted(header: str, otherwise: Language) -> Language:
    """RFC 9110, 12.5.4: the highest quality wins, of equals the first."""
    best, quality = otherwise, 0.0
    for part in header[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        found = _QUALITY.fullmatch(rest.strip()) if rest else None
        weight = float(found[1]) if found else 0.0 if rest else 1.0
        code = next((each for each in LANGUAGES if each == tag.strip().lower().partition("-")[0]), None)
        if code is not None and weight > quality:
            best, quality = code, weight
    return best


def _html(status: int, html: str, frames: tuple[str, ...] = ()) -> Response:
    """``frames``: the sites that may show the page in a frame; without any, none may."""
    policy = (
        f"default-src 'none'; style-src '{style_hash()}'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {' '.join(frames) if frames else chr(39) + 'none' + chr(39)}"
    )
    headers = {**_HEADERS, "content-security-policy": policy}
    if not frames:
        headers["x-frame-options"] = "DENY"
    return Response(status, html, headers)


def _text(status: int, text: str) -> Response:
    return Response(status, text, {**_HEADERS, "content-type": "text/plain; charset=utf-8"})


def _see_other(address: str) -> Response:
    return Response(303, "", {**_HEADERS, "location": address})


def _json(status: int, value: object, more: Mapping[str, str] | None = None) -> Response:
    return Response(status, json.dumps(value), {**_HEADERS, "content-type": "application/json", **(more or {})})
