"""Words of the case's pages that are kept as data: its parts, what a text or a task is called, how things stand."""

from tocsin.domain.case.file import CaseStatus
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.case.texts import Source, TextState
from tocsin.domain.people import Role
from tocsin.domain.posture import Outrage, Truth
from tocsin.domain.text_kinds import Kind
from tocsin.web.i18n import mark

PARTS = {
    # NOTE: a part of the case's page
    "plan": mark("Plan"),
    # NOTE: a part of the case's page
    "words": mark("What we say"),
    # NOTE: a part of the case's page
    "promises": mark("Promises"),
    # NOTE: a part of the case's page: what people hold against the brand, and whether it is true
    "cause": mark("What it is about"),
    # NOTE: a part of the case's page: where it began, who carries it
    "who": mark("Who is behind it"),
    # NOTE: a part of the case's page: questions of journalists
    "enquiries": mark("Questions from the media"),
    # NOTE: a part of the case's page: those who must know
    "briefs": mark("Who must know"),
    # NOTE: a part of the case's page
    "level": mark("Level and owner"),
    # NOTE: a part of the case's page, when the storm is over
    "review": mark("Review"),
    # NOTE: a part of the case's page: all that was done, in order
    "history": mark("All that happened"),
}
"""By the name that stands in the address, in the order in which they are shown."""

ROLES = {
    # NOTE: a role in the team
    Role.COMMUNITY: mark("community manager"),
    # NOTE: a role in the team
    Role.RESPONSIBLE: mark("responsible"),
    # NOTE: a role in the team
    Role.DEPUTY: mark("deputy"),
    # NOTE: a role in the team
    Role.DIRECTOR: mark("director"),
}
KINDS = {
    # NOTE: a kind of text
    Kind.HOLDING: mark("Holding statement"),
    # NOTE: a kind of text
    Kind.NOTICE: mark("Notice to customers"),
    # NOTE: a kind of text
    Kind.STAFF: mark("Brief for the staff"),
    # NOTE: a kind of text
    Kind.CLIENT: mark("Brief for the client"),
    # NOTE: a kind of text
    Kind.CORRECTION: mark("Correction"),
    # NOTE: a kind of text
    Kind.REPLY: mark("Reply"),
}
TEXTS = {
    # NOTE: how a text stands
    TextState.DRAFT: mark("draft"),
    # NOTE: how a text stands
    TextState.APPROVED: mark("approved"),
    # NOTE: how a text stands
    TextState.SENT: mark("sent"),
    # NOTE: how a text stands
    TextState.WITHDRAWN: mark("taken back"),
}
SOURCES = {
    # NOTE: where a text comes from, before the time
    Source.TEMPLATE: mark("from a template"),
    # NOTE: where a text comes from, before the time
    Source.MODEL: mark("written by a machine: check every fact"),
    # NOTE: where a text comes from, before the time
    Source.PERSON: mark("written by a person"),
    # NOTE: where a text comes from, before the time
    Source.PREPARED: mark("prepared and approved ahead"),
}
TASKS = {
    # NOTE: how a task stands
    TaskState.DONE: mark("done"),
    # NOTE: how a task stands
    TaskState.DROPPED: mark("dropped"),
}
PROMISES = {
    # NOTE: how a promise stands
    PromiseState.KEPT: mark("kept"),
    # NOTE: how a promise stands: those to whom it was made no longer want it
    PromiseState.RELEASED: mark("released"),
}
TRUTHS = {
    # NOTE: is the claim true?
    Truth.UNKNOWN: mark("Not known yet"),
    # NOTE: is the claim true?
    Truth.TRUE: mark("It is true"),
    # NOTE: is the claim true?
    Truth.FALSE: mark("It is false"),
}
OUTRAGES = {
    # NOTE: how outraged people are
    Outrage.NONE: mark("not outraged"),
    # NOTE: how outraged people are
    Outrage.MODERATE: mark("outraged"),
    # NOTE: how outraged people are
    Outrage.EXTREME: mark("beside themselves"),
}
OVER = {
    # NOTE: how a case ended
    CaseStatus.DISMISSED: mark("It was no crisis"),
    # NOTE: how a case ended
    CaseStatus.MERGED: mark("It goes on in another case"),
    # NOTE: how a case ended
    CaseStatus.CLOSED: mark("The case is closed"),
}
REFUSED = mark("That cannot be done as things stand now:")
WHEN = mark("Please choose a moment ahead.")
BEFORE = mark("Please choose a moment that is over.")
CHOOSE = mark("Please choose one.")
"""What a form lacks."""
