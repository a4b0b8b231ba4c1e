"""What all public pages share: their frame, their one style, and a plain page that says one thing."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache

from tocsin.domain.client import Language
from tocsin.web.clean import one_line
from tocsin.web.i18n import LANGUAGES, Reader, mark
from tocsin.web.templating import environment

MAX_NAME = 200
LANGUAGE_NAMES = {"en": "English", "uk": "Українська", "es": "Español"}
GONE = (
    mark("There is nothing here"),
    mark("This address opens nothing. It may have expired, or have been withdrawn or copied in part."),
)
FAILED = (
    mark("That did not work just now"),
    mark("Nothing is lost: go back, wait a minute, and send it again."),
)
ELSEWHERE = mark("It came from another site. Please look it over, and send it again from this page.")


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """``href`` is None for the language that the page is in."""

    code: str
    name: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What every page has. ``path``: where it is, for links to its other languages; None when it has none."""

    reader: Reader
    called: str
    path: str | None = None
    embedded: bool = False

    @property
    def language(self) -> Language:
        return self.reader.language

    @property
    def client(self) -> str:
        return one_line(self.called, MAX_NAME)

    @property
    def style(self) -> str:
        return style()

    @property
    def languages(self) -> tuple[LanguageLink, ...]:
        if self.path is None:
            return ()
        more = "&" if "?" in self.path else "?"
        return tuple(
            LanguageLink(code, LANGUAGE_NAMES[code], None if code == self.language else f"{self.path}{more}lang={code}")
            for code in LANGUAGES
        )


def plain_page(page: Page, said: tuple[str, str]) -> str:
    """``said``: a heading and a sentence of the catalogue."""
    heading, words = map(page.reader.gettext, said)
    return render("pages/plain", page, {"heading": heading, "words": words})


@cache
def style() -> str:
    return environment().get_template("pages/style.css.j2").render()


@cache
def style_hash() -> str:
    """For the page's content security policy: this style and no other."""
    return f"sha256-{b64encode(hashlib.sha256(style().encode()).digest()).decode()}"


def lines(text: str, limit: int = 8_000) -> str:
    """Several lines of somebody's words without what no eye sees."""
    return "\n".join(one_line(line, limit) for line in text.split("\n"))


def render(name: str, page: Page, view: object) -> str:
    words = {"page": page, "view": view, "_": page.reader.gettext, "ngettext": page.reader.ngettext}
    return environment().get_template(f"{name}.html.j2").render(words)
