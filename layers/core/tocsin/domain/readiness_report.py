"""What was found when somebody asked whether a client is ready: kinds and what to fill in, so that each reader has it
in their own language (`web.readiness_words`)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.model import Frozen, UtcDatetime


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    WANTING = "wanting"
    UNSEEN = "unseen"
    """It could not be looked at, and is no reassurance."""


class Check(StrEnum):
    """In the order in which they are told."""

    PLAYBOOKS = "playbooks"
    TEXTS = "texts"
    PEOPLE = "people"
    ROOMS = "rooms"
    CLOCKS = "clocks"
    LAW = "law"
    DEPUTY = "deputy"
    BUDGETS = "budgets"
    SOURCES = "sources"
    POLICIES = "policies"
    STAKEHOLDERS = "stakeholders"
    CONTACTS = "contacts"
    SHADOW = "shadow"


class Found(StrEnum):
    """In brackets what ``Finding.of`` holds, in this order; names in lists are parted by a comma, moments and days are
    ISO 8601 (moments in UTC), money is USD."""

    NO_LIBRARY = "no_library"
    NO_PLAYBOOK = "no_playbook"
    """(scenarios)"""
    PLAYBOOKS = "playbooks"
    """(how many)"""

    TEXT_EXPIRED = "text_expired"
    """(scenario, kind of text, language, day)"""
    TEXT_REPLACED = "text_replaced"
    """(as TEXT_EXPIRED): a newer one stands beside it."""
    TEXT_EXPIRES = "text_expires"
    """(scenario, kind of text, language, day)"""
    APPROVER_GONE = "approver_gone"
    """(scenario, kind of text, language, e-mail)"""
    FIRST_WORDS_UNSEEN = "first_words_unseen"
    """(language)"""
    NO_FIRST_WORDS = "no_first_words"
    """(language, scenarios): grave ones, and those whose plan counts on it: the first hour goes by on approvals."""
    NO_LIGHT_FIRST_WORDS = "no_light_first_words"
    """(language, scenarios)"""
    TEXTS = "texts"
    """(how many)"""

    PEOPLE_UNSEEN = "people_unseen"
    WAY_LOST = "way_lost"
    """(person's name, channel, address, day)"""
    WAY_UNPROVEN = "way_unproven"
    """(person's name, ``phone`` or ``email``, days): sent, and nothing tells that it arrived."""
    WAY_UNTRIED = "way_untried"
    """(person's name, ``phone`` or ``email``, days)"""
    PEOPLE = "people"
    """(how many, days)"""

    ROOMS_UNSEEN = "rooms_unseen"
    ROOM_LOST = "room_lost"
    """(room, its kind, day, reason)"""
    ROOM_UNTRIED = "room_untried"
    """(room, its kind, days)"""
    ROOMS = "rooms"
    """(how many, days)"""

    NOBODY_RINGS = "nobody_rings"
    """(hours of the year, then the first few stretches: since, until, since, until ...)"""
    ONE_ALONE = "one_alone"
    """(as NOBODY_RINGS)"""
    COVERED = "covered"
    NO_LEAVE = "no_leave"
    """(rota): no holidays of people are planned in it."""
    HOLIDAYS_UNKNOWN = "holidays_unknown"
    """(countries or zone): the laws hold no calendar of theirs."""
    HOLIDAYS_DOUBTFUL = "holidays_doubtful"
    """(country, from which day on nobody has read how it stands, where it is written)"""
    HOLIDAY_UNCOVERED = "holiday_uncovered"
    """(days): public holidays with an hour in which a crisis rings nobody, or one person alone."""
    HOLIDAYS_COVERED = "holidays_covered"
    """(how many, the next one's day, who is rung first on it)"""
    NO_DAYS_OFF = "no_days_off"
    """Public holidays are working days there now, as under martial law."""

    LAWS_UNSEEN = "laws_unseen"
    LAWS_UNKNOWN = "laws_unknown"
    """(countries or zone of the client, countries of which laws are known)"""
    LAW_OF_UNION = "law_of_union"
    """(countries or zone): only the law of a union that they belong to is known."""
    LAW_UNREAD = "law_unread"
    """(clocks): nobody of ours has read them."""
    LAW_OLD = "law_old"
    """(clocks, the oldest day on which one was looked at)"""
    LAWS = "laws"
    """(how many clocks, countries or zone)"""

    REGIONS_UNSAID = "regions_unsaid"
    NOBODY_ELSEWHERE = "nobody_elsewhere"
    """(regions)"""
    ELSEWHERE = "elsewhere"
    """(person's name, region)"""
    REGION_UNSAID = "region_unsaid"
    """(person's name)"""

    LIMIT_UNSEEN = "limit_unseen"
    """(what a bad night needs)"""
    MONEY_SHORT = "money_short"
    """(left, limit, what a bad night needs)"""
    MONEY = "money"
    """(left, limit, what a bad night needs)"""
    WRITER_MONEY = "writer_money"
    """(a month)"""
    READER_MONEY = "reader_money"
    """(which, a month)"""

    NO_SOURCES = "no_sources"
    SOURCES_UNSEEN = "sources_unseen"
    SOURCE_ILL = "source_ill"
    """(name)"""
    SOURCE_SAMPLED = "source_sampled"
    """(what a budget leaves out)"""
    SOURCES_WAITING = "sources_waiting"
    """(how many)"""
    SOURCES = "sources"
    """(healthy, of how many)"""

    POLICIES_UNSEEN = "policies_unseen"
    POLICY_UNNAMED = "policy_unnamed"
    """(kind)"""
    POLICY_UNREAD = "policy_unread"
    """(kind, address, why)"""
    POLICY_LACKS = "policy_lacks"
    """(kind, address, what it lacks)"""
    POLICY = "policy"
    """(kind, address)"""

    NO_STAKEHOLDERS = "no_stakeholders"
    CIRCLES_UNNAMED = "circles_unnamed"
    """(circles)"""
    STAKEHOLDERS = "stakeholders"
    """(how many)"""
    NO_CONTACTS = "no_contacts"
    CONTACTS_WITHOUT_PHONE = "contacts_without_phone"
    CONTACTS = "contacts"
    """(how many)"""

    ARMING_UNSEEN = "arming_unseen"
    IN_SHADOW = "in_shadow"
    PAUSED = "paused"
    ARMED = "armed"


class Finding(Frozen):
    """``of``: what to fill in, as `Found` says."""

    check: Check
    state: State
    found: Found
    of: tuple[str, ...] = ()


class PolicyPast(Frozen):
    """How a page of the file stood at the looks before: when it was last whole, and since when it is not, or could not
    be read look after look."""

    kind: str
    url: str
    whole_at: UtcDatetime | None = None
    troubled_since: UtcDatetime | None = None
    unread_since: UtcDatetime | None = None


class ReadinessReport(Frozen):
    """What was found at one moment. ``policies``: one a page that the file names."""

    at: UtcDatetime
    findings: tuple[Finding, ...] = ()
    policies: tuple[PolicyPast, ...] = ()

    @property
    def wanting(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.state is State.WANTING)

    @property
    def unseen(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.state is State.UNSEEN)

    @property
    def ready(self) -> bool:
        """As far as was looked at."""
        return not self.wanting

    def of_check(self, check: Check) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.check is check)


SURE_AFTER = timedelta(hours=12)
"""A page that does not answer once may answer an hour later: it is told of when the next look finds the same."""
_TROUBLES = frozenset({Found.POLICY_UNREAD, Found.POLICY_LACKS})


def reported(findings: tuple[Finding, ...], before: ReadinessReport | None, at: datetime) -> ReadinessReport:
    """What was found now, with what earlier looks knew of the policies."""
    known = {(one.kind, one.url): one for one in (before.policies if before is not None else ())}
    policies = []
    for one in findings:
        if one.found is not Found.POLICY and one.found not in _TROUBLES:
            continue
        kind, url = one.of[:2]
        past = known.get((kind, url), PolicyPast(kind=kind, url=url))
        if one.found is Found.POLICY:
            past = PolicyPast(kind=kind, url=url, whole_at=at)
        else:
            unread = (past.unread_since or at) if one.found is Found.POLICY_UNREAD else None
            past = past.model_copy(update={"troubled_since": past.troubled_since or at, "unread_since": unread})
        policies.append(past)
    return ReadinessReport(at=at, findings=findings, policies=tuple(policies))


_LACKING = _TROUBLES | {Found.POLICY_UNNAMED}


def unpublished(report: ReadinessReport | None, kind: str) -> Finding | None:
    """What the last look found against a policy of this kind being published; None: one is, or nobody has looked."""
    found = [one for one in (report.findings if report is not None else ()) if kind in one.of[:1]]
    if any(one.found is Found.POLICY for one in found):
        return None
    return next((one for one in found if one.found in _LACKING), None)


def policy_troubles(report: ReadinessReport) -> Iterator[tuple[Finding, datetime | None]]:
    """Pages that lack something, or could not be read at two looks; with the moment at which each was last whole."""
    known = {(one.kind, one.url): one for one in report.policies}
    for one in report.of_check(Check.POLICIES):
        past = known.get((one.of[0], one.of[1])) if one.found in _TROUBLES else None
        if past is None:
            continue
        unread = past.unread_since
        if one.found is Found.POLICY_LACKS or (unread is not None and report.at - unread >= SURE_AFTER):
            yield one, past.whole_at
