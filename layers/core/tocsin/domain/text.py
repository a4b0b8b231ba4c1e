"""Plain words out of what the web calls text."""

import re
import unicodedata
from html.parser import HTMLParser

_HTML_CAP = 1_000_000
"""Characters of markup that are looked at; a post keeps 16,000 of text, the rest is markup and inlined pictures."""
_PASSES = 3
"""Not escaped, escaped once, escaped twice."""

_BREAK = "\0"  # stands for a line break that a tag asked for; no text keeps a NUL that long
_DROPPED = frozenset({"script", "style", "template", "noscript", "object", "svg", "math", "textarea", "title"})
_BLOCKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tr ul".split()
)
_CELLS = frozenset({"td", "th"})
_KNOWN_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|code|del|div|em|figure|font|h[1-6]|hr|i|iframe|img|li|ol|p|pre|s|script|small"
    r"|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|u|ul|video)\b[^<>]*>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_OPEN = re.compile(r"<(?![^<>]*>)")
_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,24}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_SURROGATES = range(0xD800, 0xE000)
_TURNS = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF)
_CLEAN: dict[int, str] = dict.fromkeys((*_CONTROLS, *_SURROGATES, *_TURNS, *_INVISIBLE), "")
_CLEAN |= {ord(space): "\n" for space in "\n\r\v\f\u2028\u2029"} | {ord("\t"): " "}
# Windows-1252 punctuation that was decoded as Latin-1; nobody writes C1 controls on purpose.
_CLEAN |= {0x80 + i: c for i, c in enumerate(bytes(range(0x80, 0xA0)).decode("cp1252", "replace")) if c != "\ufffd"}


class _Plain(HTMLParser):
    """Collects what a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.tags = 0
        self._hidden_by = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the base's signature
        self.tags += 1
        if not self._hidden_by and tag in _DROPPED:
            self._hidden_by = tag
        self._depth += tag == self._hidden_by
        self._space(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags += 1
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags += 1
        if tag == self._hidden_by:
            self._depth -= 1
            self._hidden_by = tag if self._depth else ""
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden_by:
            self.parts.append(data)

    def _space(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append(_BREAK)
        elif tag in _CELLS:
            self.parts.append(" ")


def html_to_text(html: str) -> str:
    """What a person would read: tags, scripts, styles, control and direction-changing characters gone.

    Takes HTML that is escaped twice, once or not at all, and plain text. Block tags become line breaks, other
    whitespace is folded, empty lines vanish. Never raises.
    """
    text = _clean(html[:_HTML_CAP])
    for _ in range(_PASSES):
        if "<" not in text and "&" not in text:
            break
        text = _once(text)
        if not _KNOWN_TAG.search(text) and not _ENTITY.search(text):
            break
    return _lines(text.replace(_BREAK, "\n"))


def plain_text(text: str) -> str:
    """As ``html_to_text`` for what was never HTML: «a < b», «List<String>» and «&amp;» stay as written."""
    return _lines(_clean(text[:_HTML_CAP]))


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _clean(text: str) -> str:
    return text.translate(_CLEAN)


def _once(html: str) -> str:
    """One layer of markup taken off; line breaks of the source count only where no tag was seen."""
    html = tamed(html)
    parser = _Plain()
    try:
        parser.feed(html)
        parser.close()
    except Exception:  # noqa: BLE001 the parser asserts on some broken markup; the words are wanted all the same
        return _ANY_TAG.sub(_BREAK, html)
    pieces = _BREAK.join(_clean(piece) for piece in "".join(parser.parts).split(_BREAK))
    return pieces.replace("\n", " ") if parser.tags else pieces


def tamed(html: str) -> str:
    """Without comments, declarations and open ends, on which html.parser takes quadratic time (CPython #135462)."""
    kept, start = [], 0
    html = html.replace("<![CDATA[", "").replace("]]>", "")
    while (comment := html.find("<!--", start)) >= 0 and (end := html.find("-->", comment + 4)) >= 0:
        kept.append(html[start:comment])
        start = end + 3
    kept.append(html[start:])
    return _OPEN.sub("&lt;", _DECLARATION.sub("", "".join(kept)))


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where one is near, never inside a letter; "…" marks the cut."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space >= limit * 2 // 3:
        end = space
    while end > 0 and _joins(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _joins(text: str, at: int) -> bool:
    """Whether the character here belongs to the one before it: a combining mark, or a part of a joined emoji."""
    return unicodedata.category(text[at])[0] == "M" or "\u200d" in (text[at], text[at - 1])
