"""The public pages and hooks of a client: which request is answered by what. No cookies, no scripts, no cache."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from tocsin.domain.client import Client
from tocsin.domain.complaint import Status
from tocsin.domain.errors import SecretError
from tocsin.domain.intake_settings import Intake as IntakeSettings
from tocsin.domain.webhook import Refusal
from tocsin.entry.http import BadRequestError, Request, Response, request_of
from tocsin.entry.pages import (
    HEADERS,
    accepted_language,
    asked_language,
    base_of,
    from_elsewhere,
    html_answer,
    see_other,
    text_answer,
)
from tocsin.ports import Clock
from tocsin.services.inbound import Hooks
from tocsin.services.intake import (
    BusyError,
    ChangedError,
    ClosedError,
    Intake,
    NotTakenError,
    RefusedError,
)
from tocsin.services.intake_words import WordsError
from tocsin.services.logged import logged
from tocsin.web.i18n import LANGUAGES, Reader
from tocsin.web.intake import Typed, embed_page, form_page, thread_page
from tocsin.web.intake_words import BUSY, CHANGED, NOT_STORED, SAID_BADLY, STALE
from tocsin.web.pages import ELSEWHERE, FAILED, GONE, Page, plain_page

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
            response = text_answer(error.status, str(error))
        return response.to_event()

    def _page(self, request: Request) -> Response:
        try:
            client, intake = self._intake.client()
        except ClosedError:
            return text_answer(404, "There is nothing here.")
        except Exception as error:
            logger.error("no page can be shown", extra=logged(error))
            return text_answer(503, "Not just now. Please come back in a minute.")
        reader = Reader(asked_language(request) or accepted_language(request, client.language), client.timezone)
        try:
            return self._route(request, client, intake, reader)
        except (RefusedError, ClosedError):
            return html_answer(404, plain_page(Page(reader, client.name), GONE))
        except BadRequestError:
            raise
        except Exception as error:
            logger.error("a page failed", extra=logged(error))
            return html_answer(503, plain_page(Page(reader, client.name), FAILED))

    def _route(self, request: Request, client: Client, intake: IntakeSettings, reader: Reader) -> Response:
        path, method = request.path.rstrip("/") or "/", request.method
        if path == FORM and method == "GET":
            return self._show_form(request, client, intake, reader)
        if path == FORM and method == "POST":
            return self._take_form(request, client, intake, reader)
        if path == EMBED and method == "GET":
            address = f"{base_of(request)}{FORM}"
            return html_answer(200, embed_page(Page(reader, client.name, base_of(request) + EMBED), intake, address))
        if path.startswith(THREAD) and method == "GET":
            return self._thread(request, client, reader, path.removeprefix(THREAD), Typed())
        if path.startswith(THREAD) and method == "POST":
            return self._act(request, client, reader, path.removeprefix(THREAD))
        raise RefusedError

    def _show_form(self, request: Request, client: Client, intake: IntakeSettings, reader: Reader) -> Response:
        embedded = request.query.get("embed") == "1"
        page = Page(reader, client.name, base_of(request) + FORM, embedded)
        html = form_page(
            page, intake, token=self._intake.form_token(), action=base_of(request) + FORM, typed={}, faults={}
        )
        return html_answer(200, html, frames=(intake.embed_on or ("*",)) if embedded else ())

    def _take_form(self, request: Request, client: Client, intake: IntakeSettings, reader: Reader) -> Response:
        fields = request.form()

        def again(status: int, trouble: str | None, error: NotTakenError | None = None) -> Response:
            html = form_page(
                Page(reader, client.name), intake, token=self._intake.form_token(), action=base_of(request) + FORM,
                typed=fields, faults=error.faults if error else {}, trouble=trouble,
            )  # fmt: skip
            return html_answer(status, html)

        if from_elsewhere(request):
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
        return see_other(f"{_links(request)(token)}?new=1")

    def _act(self, request: Request, client: Client, reader: Reader, token: str) -> Response:
        fields = request.form()
        text = fields.get("text", "")
        if from_elsewhere(request):
            return self._thread(request, client, reader, token, Typed(text, trouble=ELSEWHERE), 403)
        try:
            token = self._do(request, token, fields, text)
        except NotTakenError as error:
            return self._thread(request, client, reader, token, Typed(text, fault=error.faults["text"]), 422)
        except WordsError as error:
            typed = Typed(text, trouble=SAID_BADLY, findings=error.findings, accuses=error.accuses)
            return self._thread(request, client, reader, token, typed, 422)
        except ChangedError:
            return self._thread(request, client, reader, token, Typed(text, trouble=CHANGED), 409)
        except BusyError:
            words = BUSY
            return self._thread(request, client, reader, token, Typed(text, trouble=words), 429)
        return see_other(
            _links(request)(token) + (f"?lang={lang}" if (lang := fields.get("lang")) in LANGUAGES else "")
        )

    def _do(self, request: Request, token: str, fields: Mapping[str, str], text: str) -> str:
        """Return the token whose page shows what was done."""
        match fields.get("do"):
            case "write":
                anyway = fields.get("anyway") == "yes"
                self._intake.write(token, text, seen=_whole(fields.get("seen")), anyway=anyway)
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
        return html_answer(status, html)

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
    return lambda token: f"{base_of(request)}{THREAD}{token}"


def _asked(request: Request) -> bool:
    return request.query.get("lang") in LANGUAGES


def _whole(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else -1


def _json(status: int, value: object, more: Mapping[str, str] | None = None) -> Response:
    return Response(status, json.dumps(value), {**HEADERS, "content-type": "application/json", **(more or {})})
