"""What the checks of readiness are called, and what they speak of."""

from tocsin.domain.outbox import Channel
from tocsin.domain.policies import PolicyKind
from tocsin.domain.policy_text import Lack
from tocsin.domain.readiness_report import Check
from tocsin.web.i18n import mark

CHECKS = {
    # NOTE: a heading: what was looked at, to know whether a client is ready for a bad night
    Check.PLAYBOOKS: mark("Playbooks"),
    # NOTE: a heading of a check: texts that were approved before they are needed
    Check.TEXTS: mark("Texts approved ahead"),
    # NOTE: a heading of a check
    Check.PEOPLE: mark("People who are reached"),
    # NOTE: a heading of a check
    Check.ROOMS: mark("Chat rooms"),
    # NOTE: a heading of a check: is somebody there at every hour
    Check.CLOCKS: mark("Round the clock"),
    # NOTE: a heading of a check: terms that the law sets in a crisis
    Check.LAW: mark("Clocks of the law"),
    # NOTE: a heading of a check
    Check.DEPUTY: mark("A deputy elsewhere"),
    # NOTE: a heading of a check
    Check.BUDGETS: mark("Money"),
    # NOTE: a heading of a check
    Check.SOURCES: mark("Sources"),
    # NOTE: a heading of a check
    Check.POLICIES: mark("Published policies"),
    # NOTE: a heading of a check
    Check.STAKEHOLDERS: mark("Whom to inform"),
    # NOTE: a heading of a check
    Check.CONTACTS: mark("People of the client"),
    # NOTE: a heading of a check: are people told, or only shown what would have rung
    Check.SHADOW: mark("Armed or in shadow"),
}
POLICIES = {
    # NOTE: a kind of page that a brand publishes: where to turn, when an answer comes
    PolicyKind.COMMUNICATION: mark("communication policy"),
    # NOTE: a kind of page that a brand publishes: what is removed from its pages
    PolicyKind.MODERATION: mark("moderation policy"),
}
LACKS = {
    # NOTE: what a page lacks, in a list
    Lack.EMPTY: mark("it is hardly a text, perhaps only with scripts"),
    # NOTE: what a page lacks, in a list
    Lack.WHERE: mark("it does not say where to turn"),
    # NOTE: what a page lacks, in a list
    Lack.WHEN: mark("it does not say when an answer comes"),
    # NOTE: what a page lacks, in a list
    Lack.WHAT: mark("it does not say what is removed"),
    # NOTE: what a page lacks, in a list
    Lack.STAYS: mark("it does not say that criticism stays"),
}
WAYS = {
    # NOTE: a way to reach somebody, in the middle of a sentence
    Channel.EMAIL: mark("e-mail"),
    # NOTE: a way to reach somebody, in the middle of a sentence
    Channel.SMS: mark("SMS"),
    # NOTE: a way to reach somebody, in the middle of a sentence
    Channel.CALL: mark("a call"),
}
