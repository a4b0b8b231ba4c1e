"""Is a client ready for the night on which it burns? Its plans, texts, money, sources and circles.

What cannot be looked at is said to be unseen, and is no reassurance. People, rooms and clocks: `readiness_people`.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.people import Circle
from tocsin.domain.playbook import Library, Playbook
from tocsin.domain.readiness_report import Check, Finding, Found, State
from tocsin.domain.replies import reply_language
from tocsin.domain.sms_prices import call_usd, sms_usd
from tocsin.domain.source_health import Coverage

SOON = timedelta(days=14)
"""Before a text that was approved ahead expires."""
GRAVE_FROM = Level.CRISIS
"""Of a playbook's floor: from here up the first words cannot wait for approvals."""
FIRST_WORDS = "holding"
"""The step of a plan that writes them: whatever its floor, it counts on a first statement."""
NIGHT_SMS, NIGHT_CALLS, SEGMENTS = 6, 3, 2
"""What one person gets in a bad night."""


def found(check: Check, state: State, what: Found, *of: object) -> Finding:
    return Finding(check=check, state=state, found=what, of=tuple(str(value) for value in of))


def named(values: Collection[str]) -> str:
    """As `Found` has lists."""
    return ",".join(values)


def playbooks(library: Library | None) -> Iterator[Finding]:
    if library is None:
        yield found(Check.PLAYBOOKS, State.UNSEEN, Found.NO_LIBRARY)
    elif library.missing:
        yield found(Check.PLAYBOOKS, State.WANTING, Found.NO_PLAYBOOK, named(library.missing))
    else:
        yield found(Check.PLAYBOOKS, State.OK, Found.PLAYBOOKS, len(library.playbooks))


def prepared_texts(client: Client, library: Library | None, now: datetime) -> Iterator[Finding]:
    """First words are looked for as a case looks for them: of its scenario, and in the language of the public. They
    are wanting where the scenario is grave, or where its plan has the step that writes them."""
    today = now.astimezone(ZoneInfo(client.timezone)).date()
    known = {one.email for one in client.responders} | {one.email for one in client.client_contacts}
    good = [one for one in client.prepared_texts if one.good_on(today)]
    expired = False
    for one in client.prepared_texts:
        what = (one.scenario, one.kind.value, one.language)
        if not one.good_on(today):
            newer = any((each.scenario, each.kind.value, each.language) == what for each in good)
            state, why = (State.NOTE, Found.TEXT_REPLACED) if newer else (State.WANTING, Found.TEXT_EXPIRED)
            expired = expired or not newer
            yield found(Check.TEXTS, state, why, *what, one.expires)
        elif one.expires - today <= SOON:
            yield found(Check.TEXTS, State.NOTE, Found.TEXT_EXPIRES, *what, one.expires)
        if one.approved_by not in known:
            yield found(Check.TEXTS, State.NOTE, Found.APPROVER_GONE, *what, one.approved_by)
    spoken = reply_language(client, "und")
    having = {one.scenario for one in good if one.kind is Kind.HOLDING and one.language == spoken}
    if library is None:
        yield found(Check.TEXTS, State.UNSEEN, Found.FIRST_WORDS_UNSEEN, spoken)
        return
    lacking = [one for one in library.playbooks if one.scenario not in having]
    needed = [one.scenario for one in lacking if _counts_on_first_words(one)]
    lighter = [one.scenario for one in lacking if not _counts_on_first_words(one)]
    if needed:
        yield found(Check.TEXTS, State.WANTING, Found.NO_FIRST_WORDS, spoken, named(needed))
    if lighter:
        yield found(Check.TEXTS, State.NOTE, Found.NO_LIGHT_FIRST_WORDS, spoken, named(lighter))
    if not needed and not expired:
        yield found(Check.TEXTS, State.OK, Found.TEXTS, len(good))


def _counts_on_first_words(playbook: Playbook) -> bool:
    return playbook.floor >= GRAVE_FROM or any(task.id == FIRST_WORDS for task in playbook.tasks)


def budgets(client: Client, limit: Decimal | None, used: Decimal | None) -> Iterator[Finding]:
    """``limit``: USD a month for SMS and calls, as deployed; ``used``: of it in this month."""
    phones = [one.phone for one in client.responders if one.phone]
    need = sum((sms_usd(phone, SEGMENTS) * NIGHT_SMS for phone in phones), Decimal(0))
    if client.sms.calls:
        need += sum((call_usd(phone) * NIGHT_CALLS for phone in phones), Decimal(0))
    if limit is None:
        yield found(Check.BUDGETS, State.UNSEEN, Found.LIMIT_UNSEEN, need)
        return
    left = limit - (used or Decimal(0))
    enough = left >= need
    yield found(
        Check.BUDGETS, State.OK if enough else State.WANTING, Found.MONEY if enough else Found.MONEY_SHORT,
        left, limit, need,
    )  # fmt: skip


def model_money(client: Client) -> Iterator[Finding]:
    """What the file allows a month for models; what is used up of it leaves templates, or our own reader, alone."""
    if client.words.monthly_usd is not None:
        yield found(Check.BUDGETS, State.OK, Found.WRITER_MONEY, client.words.monthly_usd)
    if client.reader.monthly_usd is not None:
        yield found(Check.BUDGETS, State.OK, Found.READER_MONEY, client.reader.kind, client.reader.monthly_usd)


def sources(client: Client, coverage: Coverage | None) -> Iterator[Finding]:
    if not client.sources:
        yield found(Check.SOURCES, State.WANTING, Found.NO_SOURCES)
        return
    if coverage is None or coverage.total == 0:
        yield found(Check.SOURCES, State.UNSEEN, Found.SOURCES_UNSEEN)
        return
    for ill in coverage.ill:
        yield found(Check.SOURCES, State.WANTING, Found.SOURCE_ILL, ill.name)
    for words in coverage.sampled:
        yield found(Check.SOURCES, State.WANTING, Found.SOURCE_SAMPLED, words)
    if coverage.waiting:
        yield found(Check.SOURCES, State.NOTE, Found.SOURCES_WAITING, coverage.waiting)
    if not coverage.ill and not coverage.sampled:
        yield found(Check.SOURCES, State.OK, Found.SOURCES, coverage.healthy, coverage.total)


def told(client: Client, circles: Collection[Circle] = ()) -> Iterator[Finding]:
    """Stakeholders and the client's own people. ``circles``: whom the playbooks want informed."""
    known = {one.circle for one in client.stakeholders}
    needed = [one for one in Circle if one in circles and one is not Circle.PUBLIC and one is not Circle.VICTIMS]
    missing = [one.value for one in needed if one not in known]
    if not client.stakeholders:
        yield found(Check.STAKEHOLDERS, State.WANTING, Found.NO_STAKEHOLDERS)
    elif missing:
        yield found(Check.STAKEHOLDERS, State.WANTING, Found.CIRCLES_UNNAMED, named(missing))
    else:
        yield found(Check.STAKEHOLDERS, State.OK, Found.STAKEHOLDERS, len(client.stakeholders))
    if not client.client_contacts:
        yield found(Check.CONTACTS, State.WANTING, Found.NO_CONTACTS)
    elif not any(one.phone for one in client.client_contacts):
        yield found(Check.CONTACTS, State.NOTE, Found.CONTACTS_WITHOUT_PHONE)
    else:
        yield found(Check.CONTACTS, State.OK, Found.CONTACTS, len(client.client_contacts))


def circles_of(library: Library | None) -> frozenset[Circle]:
    return frozenset(circle for one in (library.playbooks if library else ()) for circle in one.stakeholders)
