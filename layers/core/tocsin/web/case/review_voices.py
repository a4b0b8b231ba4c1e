"""Who spoke in a storm, in sentences, for the agency's own eyes."""

from tocsin.domain.case.spoke import Loud, Spoke
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.insight_words import VOICES

MAX_NAME = 80


def spoke_words(reader: Reader, spoke: Spoke) -> str:
    """One class of voices: how many mentions, whose, how far, how grave."""
    named = {one.value: words for one, words in VOICES.items()}
    name = reader.gettext(named[spoke.name]) if spoke.name in named else one_line(spoke.name, MAX_NAME)
    said = [reader.ngettext("%(count)s mention", "%(count)s mentions", spoke.mentions)]
    if spoke.authors:
        # NOTE: after a number of mentions: of how many people
        said.append(reader.ngettext("of %(count)s author", "of %(count)s authors", spoke.authors))
    if spoke.grave:
        said.append(reader.ngettext("%(count)s of them is grave", "%(count)s of them are grave", spoke.grave))
    if spoke.heard:
        # NOTE: of mentions: by how many people the widest of them may have been heard
        said.append(reader.gettext("heard by up to %(people)s", people=reader.number(spoke.heard)))
    return f"{name}: {', '.join(said)}"


def loud_words(reader: Reader, loud: Loud) -> str:
    """Somebody who was heard by many; what they may be only where that accuses nobody."""
    named = {one.value: words for one, words in VOICES.items()}
    likely = f" ({reader.gettext(named[loud.voice])})" if loud.voice in named else ""
    return reader.gettext(
        "%(author)s%(likely)s on %(source)s, heard by up to %(people)s",
        author=one_line(loud.author, MAX_NAME), likely=likely, source=one_line(loud.source, MAX_NAME),
        people=reader.number(loud.heard),
    )  # fmt: skip
