"""What became of a pause of posts at the agency's other clients, one line each."""

from collections.abc import Iterator
from typing import Any

from tocsin.domain.pause_ask import Became, PauseAnswer
from tocsin.web.case.common import Desk
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark

MAX_NAME = 80
_BECAME = {
    # NOTE: of a client of the agency: scheduled posts there
    Became.DONE: mark("%(client)s: paused."),
    # NOTE: of a client of the agency: scheduled posts there
    Became.DECLINED: mark("%(client)s: somebody there said that it will not be done. Ask why."),
}


def receipts(reader: Reader, desk: Desk) -> Iterator[dict[str, Any]]:
    """``open``: somebody has still to look after it."""
    asked = desk.file.elsewhere
    if asked is None or asked.told_at is None:
        return
    for answer in sorted(asked.answers, key=lambda one: (one.became is not Became.CAME, one.name)):
        yield {"words": _words(reader, answer), "open": answer.became is not Became.DONE}
    heard = {one.client for one in asked.answers}
    if silent := [one.name for one in asked.known if one.client not in heard]:
        # NOTE: of clients of the agency that were asked to pause what is scheduled
        said = reader.gettext(
            "No answer from: %(clients)s. A client in another account or region does not hear of it: the desk asks"
            " there, by tocsin incident freeze --everywhere.",
            clients=", ".join(one_line(one, MAX_NAME) for one in silent),
        )
        yield {"words": said, "open": True}
    elif asked.known_at is None and not asked.answers:
        said = reader.gettext("Which other clients there are is not known here until this one is deployed again.")
        yield {"words": said, "open": True}


def _words(reader: Reader, answer: PauseAnswer) -> str:
    name = one_line(answer.name, MAX_NAME)
    if answer.became is not Became.CAME:
        return reader.gettext(_BECAME[answer.became], client=name)
    if answer.muted:
        # NOTE: of a client of the agency: scheduled posts there
        return reader.gettext(
            "%(client)s: it came, but it is in shadow or paused there and nobody was told: tell them yourself.",
            client=name,
        )
    if answer.tasks:
        # NOTE: of a client of the agency: scheduled posts there
        return reader.gettext("%(client)s: it came and is a task in the case there, not done yet.", client=name)
    if not answer.told:
        # NOTE: of a client of the agency: scheduled posts there
        return reader.gettext("%(client)s: it came and reached nobody there: ring them.", client=name)
    # NOTE: of a client of the agency: how many people and rooms were written to
    return reader.ngettext(
        "%(client)s: it came, and %(count)s was written to. No case is open there, so ask them whether it is done.",
        "%(client)s: it came, and %(count)s were written to. No case is open there, so ask them whether it is done.",
        answer.told, client=name,
    )  # fmt: skip
