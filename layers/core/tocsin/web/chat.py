"""An alert as a post in a chat room: plain words, which each channel escapes and lays out in its own way."""

from dataclasses import dataclass

from tocsin.domain.alert import Alert
from tocsin.domain.outbox import LETTERS, AlertKind
from tocsin.web.clean import Link, one_line, safe_link
from tocsin.web.letters import letter
from tocsin.web.view import mail_view
from tocsin.web.words import BURNING, level_word, reader_of

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Chat:
    """``title`` and each of ``lines``: one line of plain text, not escaped for any markup. ``link``: where to look,
    with ``link_words`` to stand on it. ``tone`` names the colour: see PALETTES of the mail."""

    title: str
    lines: tuple[str, ...]
    link: Link | None
    link_words: str
    tone: str


def render_chat(alert: Alert, *, brief: bool = False) -> Chat:
    """``brief``: level, brand and link only, for rooms whose keeper may not read more."""
    if alert.kind in LETTERS:
        return _of_letter(alert, brief=brief)
    reader, view = reader_of(alert), mail_view(alert)
    link = safe_link(alert.link) if alert.kind in BURNING else None
    head = f"{level_word(reader, alert)} · {view.brand}"
    if alert.kind is AlertKind.TEST:
        head = f"{reader.gettext('TEST')} · {head}"
    lines: list[str] = []
    if not brief:
        lines = [line for line in (view.notice, view.banner, view.happened, view.more, *view.returned) if line]
        names = ", ".join(one_line(name, MAX_NAME) for name in alert.holders)
        if names:
            # NOTE: in a chat room: who has taken the case
            lines.append(reader.gettext("Taken by %(names)s.", names=names))
        elif alert.kind in BURNING:
            lines.append(reader.gettext("Nobody has taken it yet."))
    return Chat(
        title=head if brief else view.subject,
        lines=tuple(lines),
        link=link,
        link_words=reader.gettext("Open the gravest mention"),
        tone=view.tone,
    )


def _of_letter(alert: Alert, *, brief: bool) -> Chat:
    """Without the link in it: that is one person's."""
    view = letter(alert)
    lines = () if brief else tuple(f"{one.words} ({one.when})" if one.when else one.words for one in view.items)
    title = f"{view.word} · {view.brand}"
    return Chat(title=title, lines=lines, link=None, link_words=view.button_words, tone="calm")
