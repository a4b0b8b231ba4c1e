"""What is heard and what is not, in plain words: an alarm must not look surer than its ears."""

from collections.abc import Sequence

from tocsin.domain.alert import Heard
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader

MAX_NAMED = 3
MAX_NAME = 60


def coverage_lines(reader: Reader, heard: Heard | None) -> tuple[str, ...]:
    """Whole sentences; nothing where it is not known."""
    if heard is None or not heard.total:
        return ()
    lines = [
        reader.ngettext(
            "%(healthy)s of %(count)s source is heard.",
            "%(healthy)s of %(count)s sources are heard.",
            heard.total, healthy=reader.number(heard.healthy),
        )
    ]  # fmt: skip
    if heard.ill:
        lines.append(reader.gettext("Not heard right now: %(names)s.", names=_named(reader, heard.ill)))
    if heard.partly:
        lines.append(
            reader.gettext(
                "Heard only in part in the last hour, since more was said there than it gives: %(names)s.",
                names=_named(reader, heard.partly),
            )
        )
    if heard.sampled:
        lines.append(
            reader.ngettext(
                "%(count)s source is read in part only, to stay within its budget.",
                "%(count)s sources are read in part only, to stay within their budgets.",
                heard.sampled,
            )
        )
    lines.append(
        reader.gettext("Never heard: closed groups, TikTok, Viber, strangers' posts on Facebook and Instagram.")
    )
    return tuple(lines)


def _named(reader: Reader, sources: Sequence[str]) -> str:
    names = ", ".join(one_line(name, MAX_NAME) for name in sources[:MAX_NAMED])
    more = len(sources) - MAX_NAMED
    if more <= 0:
        return names
    # NOTE: goes on after a list of names
    return names + reader.ngettext(" and %(count)s more", " and %(count)s more", more)
