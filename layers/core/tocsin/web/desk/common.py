"""What the client's own pages share: who looks, and how to get from one to another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.client import Client
from tocsin.domain.desk_asks import AskKind
from tocsin.domain.links import Link
from tocsin.domain.people import Responder
from tocsin.web.case.common import Wrong
from tocsin.web.case.names import REFUSED
from tocsin.web.i18n import Reader, mark
from tocsin.web.pages import Page, render

PARTS = {
    # NOTE: a page of the client's own, beside any case
    "declare": mark("Declare a case"),
    # NOTE: a page of the client's own, beside any case: what would be wanting in a bad night
    "ready": mark("Are we ready?"),
    # NOTE: a page of the client's own, beside any case
    "drill": mark("Drill"),
    # NOTE: a page of the client's own, beside any case
    "changes": mark("What reviews have changed"),
}
"""By the name that stands in the address."""
NOT_YET = mark("What you asked for before is not done yet. Please look again in a minute.")
MAX_NOTE = 280


@dataclass(frozen=True, slots=True)
class Counter:
    """What a page is made of. ``me``: whose link it is; ``action``: its address."""

    client: Client
    me: Responder
    now: datetime
    action: str
    link: Link

    def waits_for(self, kind: AskKind) -> datetime | None:
        """Since when what this visitor has asked for is not done."""
        ask = self.link.ask
        return self.link.waiting_since if ask is not None and ask.kind is kind else None


def desk_page(page: Page, counter: Counter, part: str, wrong: Wrong, view: dict[str, Any]) -> str:
    reader = page.reader
    return render(f"desk/{part}", page, frame(reader, counter, part, wrong) | view)


def frame(reader: Reader, counter: Counter, part: str, wrong: Wrong) -> dict[str, Any]:
    return {
        "action": counter.action,
        "part": part,
        "title": reader.gettext(PARTS[part]),
        "parts": desk_parts(reader, but=part),
        "wrong": wrong,
        "trouble": reader.gettext(wrong.trouble) if wrong.trouble else None,
        "refused": reader.gettext(REFUSED) if wrong.refused else None,
        "refusal": reader.gettext(wrong.refused) if wrong.refused else None,
        "fault": reader.gettext(wrong.fault) if wrong.fault else None,
        "zone": reader.zone(counter.now),
        "limit": MAX_NOTE,
        "asked_level": "",
        "people": [],
    }


def desk_parts(reader: Reader, but: str | None = None) -> list[dict[str, str]]:
    return [{"part": part, "words": reader.gettext(words)} for part, words in PARTS.items() if part != but]
