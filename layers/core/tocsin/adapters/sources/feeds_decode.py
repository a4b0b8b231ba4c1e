"""From a feed's bytes to XML that may be parsed safely: one known encoding, no document type, no entities."""

import codecs
import re
from xml.sax.saxutils import escape

from tocsin.domain.errors import ParseError

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_SLOW = frozenset({"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"})
"""Codecs that take quadratic time or are no character set of a document."""

_MARKS = (b"\xfe\xff", b"\xff\xfe", b"\0", b"<\0", b"\x4c\x6f\xa7\x94")
"""Beginnings of UTF-16, UTF-32 and EBCDIC documents, which feedparser knows by themselves."""
_GUESSED_FROM = 100_000
_PLAUSIBLE = "utf_8 cp1251 koi8_u cp1252 cp1253 cp1255 cp1256 cp874 shift_jis euc_jp gb18030 big5 euc_kr".split()
"""One candidate a script: statistics cannot tell the code pages of Latin letters apart, and would also suggest
those of DOS and of old Macintoshes."""
_DECLARATION_OF_FEEDPARSER = "<?xml version='1.0' encoding='utf-8'?>\n"
_XML_DECLARATION = re.compile(r"<\?xml(?=[\s?])[^>]*>", re.IGNORECASE)
_DOCTYPE = re.compile(
    r"""<!DOCTYPE(?:[^>\[\]"']|"[^"]*"|'[^']*')*+(?:\[(?:[^\]"'<]|"[^"]*"|'[^']*'|<!--(?:[^-]|-(?!->))*+-->|<)*+\]\s*)?+>""",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<[A-Za-z_]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_REFERENCE = re.compile(r"&#(?:[xX](?=[0-9A-Fa-f])0*+([0-9A-Fa-f]*+)|(?=[0-9])0*+([0-9]*+));")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LAST = 0x10FFFF
_SECTION = re.compile(r"<!\[CDATA\[|<!--")
_INSTRUCTION = re.compile(r"<[!?][^<>]*>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_BARE_LESS = re.compile(r"<(?!/?[A-Za-z_][^<>]*>)")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")


def decode(body: bytes, content_type: str | None) -> str:
    """The document as text without a byte order mark.

    HTTP's charset counts first, then the declaration (RFC 7303), unless the bytes themselves prove to be UTF-8.
    Raise ParseError for encodings that no feed may have.
    """
    from feedparser.encodings import convert_to_utf8

    declared = _DECLARED.search(body[:1_000].replace(b"\0", b""))
    charset = _CHARSET.search(content_type or "")
    named = [match[1].decode() for match in (declared,) if match] + [match[1] for match in (charset,) if match]
    if any(_is_slow(name) for name in named):
        raise ParseError(f"the encoding {' or '.join(named)} is none that a feed may have; UTF-8 is")
    if _proves_utf8(body):
        return body.decode("utf-8-sig")
    known = [name for name in named if _is_known(name)]
    if not known and not body.startswith(_MARKS) and (guess := _guessed(body)):
        return guess
    headers = {"content-type": content_type} if content_type else {}
    try:
        text = bytes(convert_to_utf8(headers, body, {})).decode("utf-8", "replace")
    except Exception:  # noqa: BLE001 feedparser's guess is welcome, its errors are not
        return body.decode("utf-8", "replace")
    return text.removeprefix(_DECLARATION_OF_FEEDPARSER)


def _proves_utf8(body: bytes) -> bool:
    """Valid UTF-8 with letters beyond ASCII is UTF-8, whatever a server or a declaration claims."""
    if body.isascii():
        return False  # UTF-7, HZ or ISO-2022 may still be meant
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return b"\0" not in body


def _guessed(body: bytes) -> str | None:
    """Text by statistics: many an old site sends windows-1251 or Shift_JIS and does not say so."""
    from charset_normalizer import from_bytes

    best = None if body.isascii() else from_bytes(body[:_GUESSED_FROM], cp_isolation=_PLAUSIBLE).best()
    if best is None:
        return None
    return body.decode(best.encoding, "replace").removeprefix("\ufeff")


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _is_slow(name: str) -> bool:
    try:
        return codecs.lookup(name).name in _SLOW
    except LookupError:
        return False


def harmless(text: str) -> str:
    """XML 1.0 without declaration, document type and entity declarations, forbidden characters and leading junk.

    References to forbidden characters go as well; those to the two halves of one (surrogates) become that one. In
    CDATA, too: what feeds keep there is HTML, which has the same references.
    No DTD means no entity to expand and nothing to fetch (CWE-776, CWE-611). Raise ParseError for a document type
    that cannot be cut out.
    """
    text = _REFERENCE.sub(_allowed, _FORBIDDEN.sub("", text))
    text = _FORBIDDEN.sub("", _PAIR.sub(_joined, text))
    root = _ROOT.search(text)
    start = root.start() if root else len(text)
    prolog = _DOCTYPE.sub("", _XML_DECLARATION.sub("", text[:start]))
    if "<!doctype" in prolog.lower():
        # The first "<x" stood inside the document type, in a quoted value or a declaration: look at the whole.
        text = _DOCTYPE.sub("", _XML_DECLARATION.sub("", text), count=1)
        root = _ROOT.search(text)
        start = root.start() if root else len(text)
        prolog = text[:start]
    if "<!doctype" in prolog.lower() or "<!entity" in prolog.lower():
        raise ParseError("its document type (DTD) cannot be read safely; a feed needs none")
    return text[start:]


def _allowed(reference: re.Match[str]) -> str:
    """The reference, nothing for one to a forbidden character, or the bare surrogate that it means."""
    digits, base = (reference[1], 16) if reference[1] is not None else (reference[2], 10)
    code = int(digits or "0", base) if len(digits) <= len(str(_LAST)) else _LAST + 1
    if code > _LAST:
        return ""
    character = chr(code)
    if not _FORBIDDEN.fullmatch(character):
        return reference[0]
    return character if "\ud800" <= character <= "\udfff" else ""


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def repaired(text: str) -> str:
    """Markup that a forgiving parser reads in linear time: no CDATA, comments, declarations, bare & and open <."""
    kept, start = [], 0
    while (section := _SECTION.search(text, start)) is not None:
        kept.append(text[start : section.start()])
        cdata = section[0] == "<![CDATA["
        end = text.find("]]>" if cdata else "-->", section.end())
        inside = text[section.end() : end if end >= 0 else None]
        kept.append(escape(inside) if cdata or end < 0 else "")
        start = end + 3 if end >= 0 else len(text)
    kept.append(text[start:])
    text = _BARE_AMPERSAND.sub("&amp;", _INSTRUCTION.sub("", "".join(kept)))
    return _BARE_LESS.sub("&lt;", text)


def with_characters(text: str) -> str:
    """HTML's named entities as the characters they mean: XML knows five of them, feeds use all."""
    from html.entities import html5

    def character(match: re.Match[str]) -> str:
        name = match[1]
        if name in {"amp", "lt", "gt", "quot", "apos"}:
            return match[0]
        meant = html5.get(name + ";")
        return meant if meant and not set(meant) & set("<>&\"'") else match[0]

    return _NAMED.sub(character, text)
