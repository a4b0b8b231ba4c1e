"""The cause card: what people hold against the brand, whether it is true, and who found that out."""

from typing import Any

from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.proposals import Part, Proposal
from tocsin.domain.posture import Outrage, Truth
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import OUTRAGES, TRUTHS
from tocsin.web.clean import one_line, safe_link
from tocsin.web.insight_words import PARTS
from tocsin.web.pages import Page


def cause_page(
    page: Page, desk: Desk, wrong: Wrong, proposals: tuple[Proposal, ...], quotable: tuple[Quotation, ...]
) -> str:
    """``proposals`` and ``quotable`` come from what people wrote: hostile, and never set by itself."""
    reader, cause = page.reader, desk.file.cause
    kept = {one.words for one in cause.quotations}
    view = {
        "fields": [
            {
                "part": part.value,
                "label": reader.gettext(PARTS[part]),
                "said": one_line(getattr(cause, part.value) or "", 300),
                "proposed": [_proposal(one) for one in proposals if one.part is part][:3],
            }
            for part in Part
        ],
        "quotations": [
            {"number": str(number), "words": one_line(one.words, 300), "link": safe_link(one.url)}
            for number, one in enumerate(cause.quotations, 1)
        ],
        "quotable": [
            {"words": one_line(one.words, 300), "mention": one.mention_id or "", "link": safe_link(one.url)}
            for one in quotable
            if one.words not in kept
        ],
        "truth": reader.gettext(TRUTHS[cause.truth]),
        "truths": [(one.value, reader.gettext(TRUTHS[one])) for one in Truth],
        "truth_now": cause.truth.value,
        "proof": one_line(cause.proof or "", 300),
        "found_by": name_of(desk.client, cause.verified_by) if cause.verified_by else None,
        "found_at": reader.moment(cause.verified_at, desk.now) if cause.verified_at else None,
        "injuries": cause.injuries,
        "outrages": [(one.value, reader.gettext(OUTRAGES[one])) for one in Outrage],
        "outrage_now": cause.outrage.value,
    }
    return part_page(page, desk, "cause", wrong, view)


def _proposal(one: Proposal) -> dict[str, Any]:
    return {"words": one_line(one.words, 300), "quote": one_line(one.quotation.words, 200), "voices": one.voices}
