"""What a voice says on the phone: level, brand, and where to look; twice, since nobody hears the first words."""

from tocsin.domain.alert import Alert
from tocsin.domain.client import Language
from tocsin.domain.drills import rehearsed
from tocsin.domain.outbox import LETTERS, AlertKind
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.words import LEVELS

LONGEST_BRAND = 60
_SPOKEN: dict[Language, Language] = {"en": "en", "es": "es", "uk": "en"}
_LATIN = dict(
    pair.split("=")
    for pair in (
        "а=a б=b в=v г=h ґ=g д=d е=e є=ie ж=zh з=z и=y і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh "
        "ц=ts ч=ch ш=sh щ=shch ь= ю=iu я=ia ё=io ъ= ы=y э=e"
    ).split()
)


def spoken_language(language: Language) -> Language:
    """Of the voice: there is none in Ukrainian, and English is understood by more there than Spanish."""
    return _SPOKEN[language]


def render_call(alert: Alert) -> str:
    """Plain text, no markup, in ``spoken_language``: letters that its voice can say, in sentences of one breath."""
    reader = Reader(spoken_language(alert.language), alert.timezone)
    level = reader.gettext(LEVELS[alert.level]).capitalize()
    brand = spoken(alert.brand)
    if alert.kind is AlertKind.TEST:
        # NOTE: spoken by a voice on the phone
        said = reader.gettext("Tocsin. This is only a drill for %(brand)s. Nothing has happened.", brand=brand)
    elif alert.kind is AlertKind.RESOLVED:
        # NOTE: spoken by a voice on the phone
        said = reader.gettext("Tocsin. Resolved: %(brand)s. You may rest.", brand=brand)
    elif alert.drill:
        # NOTE: spoken by a voice on the phone; the level is a word like "Crisis"
        said = reader.gettext(
            "Tocsin. This is a drill. %(level)s: %(brand)s. Please look at your messages now.",
            level=level, brand=spoken(rehearsed(alert.brand)),
        )  # fmt: skip
    elif alert.kind in LETTERS:
        # NOTE: spoken by a voice on the phone
        said = reader.gettext("Tocsin. Something is due for %(brand)s. Please look at your messages now.", brand=brand)
    else:
        # NOTE: spoken by a voice on the phone; the level is a word like "Crisis"
        said = reader.gettext(
            "Tocsin alarm. %(level)s: %(brand)s. Please look at your messages now.", level=level, brand=brand
        )
    # NOTE: spoken by a voice on the phone, between two times the same sentence
    return f"{said} {reader.gettext('I repeat.')} {said}"


def spoken(name: str) -> str:
    """A name in Latin letters (the official Ukrainian romanisation of 2010, roughly), without what is no word."""
    letters = "".join(_romanised(char) for char in one_line(name, LONGEST_BRAND, ""))
    kept = "".join(char if char.isalnum() or char in " -'" else " " for char in letters)
    return " ".join(kept.split()) or "?"


def _romanised(char: str) -> str:
    latin = _LATIN.get(char.lower())
    if latin is None:
        return char
    return latin.capitalize() if char.isupper() else latin
