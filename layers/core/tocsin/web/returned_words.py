"""An earlier case that the present one is much like, in sentences: which, what has changed since, and the plan."""

import re

from tocsin.domain.case.returned import Returned
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader

_NUMBER = re.compile(r"\+\d{4,}(?=\d{3})")
"""All but the last three digits of a telephone number."""
MAX_CASE, MAX_PLAN, MAX_CHANGE = 80, 60, 300


def returned_words(reader: Reader, told: Returned) -> tuple[str, ...]:
    """One sentence each."""
    values = {"case": one_line(told.incident_id, MAX_CASE), "date": reader.date(told.opened_at)}
    said = [
        # NOTE: of an alarm: the same matter burned before; a case by its number, and a day
        reader.gettext("This has come back: case %(case)s of %(date)s.", **values)
        if told.again
        # NOTE: of an alarm: the same kind of crisis burned before; a case by its number, and a day
        else reader.gettext("Something much like it burned before: case %(case)s of %(date)s.", **values)
    ]
    if told.changes:
        from tocsin.web.change_words import change_said  # noqa: PLC0415 - most alarms are of nothing that was reviewed

        names = dict(told.names)
        changed = (change_said(reader, names, one) for one in told.changes)  # rooms have more readers than the file
        # NOTE: of an alarm: what people have changed after the earlier case, and how it is now
        said += [
            one_line(
                reader.gettext("Changed since: %(what)s %(after)s", what=one.what, after=_NUMBER.sub("…", one.after)),
                MAX_CHANGE,
            )
            for one in changed
        ]
    if told.more:
        said.append(reader.ngettext("and %(count)s change more", "and %(count)s changes more", told.more))
    if told.cited is not None:
        # NOTE: a plan with its version, as "product_harm v2"
        said.append(reader.gettext("The plan by now: %(plan)s.", plan=one_line(told.cited, MAX_PLAN)))
    return tuple(said)


def returned_short(reader: Reader, told: Returned) -> str:
    """For an SMS, to stand beside the fact or alone."""
    if told.again:
        # NOTE: SMS, as short as can be: the same matter burned on that day
        return reader.gettext("again, as on %(date)s", date=reader.day(told.opened_at))
    # NOTE: SMS, as short as can be: the same kind of crisis burned on that day
    return reader.gettext("much as on %(date)s", date=reader.date(told.opened_at))
