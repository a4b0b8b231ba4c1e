"""The page behind the link of a test message."""

from tocsin.domain.outbox import OutboxItem
from tocsin.web.clean import one_line
from tocsin.web.i18n import mark
from tocsin.web.pages import Page, render
from tocsin.web.readiness_names import WAYS

MAX_ADDRESS = 80
REACHED_TITLE = mark("A test message")


def reached_page(page: Page, item: OutboxItem, action: str, *, done: bool, trouble: str | None = None) -> str:
    reader = page.reader
    view = {
        "action": action,
        "title": reader.gettext(REACHED_TITLE),
        # NOTE: of a test message: by which way, and the address or number that it went to
        "way": reader.gettext(
            "It was sent by %(way)s to %(address)s.",
            way=reader.gettext(WAYS[item.channel]), address=one_line(item.address, MAX_ADDRESS),
        ),
        "done": done,
        "trouble": reader.gettext(trouble) if trouble else None,
    }  # fmt: skip
    return render("answer/reached", page, view)
