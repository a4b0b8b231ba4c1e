"""Are the clocks of the law known where the client is, and does what we wrote down still stand?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.domain.client import Client
from tocsin.domain.law import laws_of
from tocsin.domain.playbook import Library
from tocsin.domain.readiness import found, named
from tocsin.domain.readiness_report import Check, Finding, Found, State

OLD_AFTER = timedelta(days=400)
"""A law that was looked at longer ago may have been changed since."""


def laws(client: Client, library: Library | None, now: datetime) -> Iterator[Finding]:
    """No clock is offered in a case of a country whose law is not in infra/legal: that is said by name."""
    if library is None:
        yield found(Check.LAW, State.UNSEEN, Found.LAWS_UNSEEN)
        return
    own = laws_of(library.laws, client.countries, client.timezone)
    reached = {country for law in own for country in law.countries}
    unknown = [one for one in client.countries if one not in reached]
    if unknown or not own:
        known = sorted({country for law in library.laws for country in law.countries})
        where = named(unknown) or client.timezone
        yield found(Check.LAW, State.UNSEEN, Found.LAWS_UNKNOWN, where, named(known))
    alone = {country for law in own if len(law.countries) == 1 for country in law.countries}
    shared = [one for one in client.countries if one in reached and one not in alone]
    if own and not client.countries and not alone:
        shared = [client.timezone]
    if shared:
        yield found(Check.LAW, State.NOTE, Found.LAW_OF_UNION, named(shared))
    clocks = [clock for law in own for clock in law.clocks]
    if unread := [one.id for one in clocks if not one.checked]:
        yield found(Check.LAW, State.NOTE, Found.LAW_UNREAD, named(unread))
    if old := [one for one in clocks if now.date() - one.as_of > OLD_AFTER]:
        oldest = min(one.as_of for one in old)
        yield found(Check.LAW, State.NOTE, Found.LAW_OLD, named([one.id for one in old]), oldest)
    if own and not unknown:
        yield found(Check.LAW, State.OK, Found.LAWS, len(clocks), named(client.countries) or client.timezone)
