"""Words of the private pages that are kept as data: where a complaint stands, what is wrong with a field."""

from tocsin.domain.complaint import LIMITS, Fault, Status
from tocsin.web.i18n import Reader, mark

STATUSES = {
    # NOTE: where a complaint stands; feminine in Ukrainian and Spanish (скарга, queja)
    Status.RECEIVED: mark("Received"),
    # NOTE: where a complaint stands
    Status.IN_WORK: mark("Being worked on"),
    # NOTE: where a complaint stands
    Status.ANSWERED: mark("Answered"),
    # NOTE: where a complaint stands
    Status.CLOSED: mark("Closed"),
}
STALE = mark("The page was open for too long, or sent too fast. Please send it once more.")
BUSY = mark("Too much is being sent at this moment. Please wait two minutes.")
NOT_STORED = mark("It could not be stored just now. Please send it again in a minute.")
SAID_BADLY = mark("Please read what stands below your answer first: it may make things worse.")
CHANGED = mark("Somebody wrote or decided in the meantime: please look, then send again.")
LABELS = {"when": mark("When"), "where": mark("Where"), "product": mark("Product or service")}
STAFF_LABELS = {**LABELS, "name": mark("Name"), "contact": mark("Contact")}


def fault_words(reader: Reader, name: str, fault: Fault, length: int) -> str:
    """What to do about one field; ``length`` is that of what was typed."""
    match fault:
        case Fault.EMPTY:
            return reader.gettext("Please write something here.")
        case Fault.LONG:
            limit = LIMITS.get(name, LIMITS["happened"])
            return reader.gettext(
                "This is too long: %(length)s characters, and %(limit)s fit. Send the rest afterwards, on your page.",
                length=reader.number(length), limit=reader.number(limit),
            )  # fmt: skip
        case Fault.CONTACT:
            return reader.gettext("This is no e-mail address or phone number. Please correct it, or leave it empty.")
        case Fault.TRAP:
            return reader.gettext("A hidden field was filled in, as robots do. Please empty it and send again.")
