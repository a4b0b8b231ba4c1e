"""A post cut into what a reader's ear hears: words, emoji, faces, marks; one form for all ways of writing the same.

Composed and decomposed letters, zero-width tricks and odd spaces give the same tokens. Linear in the text's length.
"""

import re
import unicodedata

URL, USER, NUMBER = "<url>", "<user>", "<num>"

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b82-\u0bcd\u0c00-\u0c4d\u0e31-\u0e4e"
)
"""Combining marks that NFKC leaves alone and that ``\\w`` does not match: vowel signs are part of the word."""
LETTER = rf"[\w{MARKS}]"
EMOJI = (
    "\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001faff"
)

TOKEN = re.compile(
    r"https?(?::\S*|\b)|www\.\S+|\#\#URL\#\#"
    rf"|[@#]?{LETTER}+(?:['’]{LETTER}+)*"
    r"|[<>]?[:;=][-'^o]?[)(\[\]DPpO/\\|*3@]+|[(\[][-'^]?[:;=](?!\w)|<3+|</3|\^_*\^|[-–]_+[-–]|[)]{2,}|[(]{2,}"
    rf"|[{EMOJI}]"
    r"|[!?]+|\.{2,}|…|[.,:;\"“”«»%$€£*]"
)
ASCII_TOKEN = re.compile(
    r"[0-9A-Z_a-gi-vx-z]\w*(?:'\w+)*|https?(?::\S*|\b)|www\.\S+|\#\#URL\#\#|[@#]?\w+(?:'\w+)*"
    r"|[<>]?[:;=][-'^o]?[)(\[\]DPpO/\\|*3@]+|[(\[][-'^]?[:;=](?!\w)|<3+|</3|\^_*\^|[-]_+[-]|[)]{2,}|[(]{2,}"
    r"|[!?]+|\.{2,}|[.,:;\"%$*]",
    re.ASCII,
)
"""The same where all is ASCII, which takes two thirds of the time."""
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
BREAK = re.compile(r" ?\n[ \n]*")
UPRIGHT, UPRIGHT_LINE = 3, 16
"""Lines from which a text may be written from top to bottom, and letters of such a line."""
MANY = re.compile(r"(.)\1{2,}")
CAMEL = re.compile(r"[A-ZА-ЯЁІЇЄҐ]?[^\W\dA-ZА-ЯЁІЇЄҐ_]+|[A-ZА-ЯЁІЇЄҐ]+|\d+|[^\W_]")
ARABIC = re.compile("[\u064b-\u065f\u0670\u0640]")
ALEF = str.maketrans("أإآٱىة", "اااايه")


def clean(text: str) -> str:
    """The text in one form: compatibility letters composed, what cannot be seen gone."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return text.replace("`", "'") if "`" in text else text


def plain(text: str) -> str:
    """A ``clean`` text in which any run of spaces is one space; line breaks stay, but where each word has its line."""
    text = clean(text)
    if text.isprintable() and "  " not in text:
        return text
    text = SPACES.sub(" ", text)
    return BREAK.sub(" ", text) if "\n" in text and _is_upright(text) else text


def _is_upright(text: str) -> bool:
    """Is it written from top to bottom, a word or so a line?"""
    lines = sum([not line.isspace() for line in text.split("\n") if line])
    return lines >= UPRIGHT and len(text) < UPRIGHT_LINE * lines and len(text.split()) < 2 * lines


def raw_tokens(text: str) -> list[str]:
    """Tokens of a ``clean`` text as they were written."""
    return (ASCII_TOKEN if text.isascii() else TOKEN).findall(text)


def heard(raw: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(words, marks) of a raw token: a hashtag gives its parts; marks tell shouting, drawling, a hashtag."""
    first = raw[0]
    if first == "@" and len(raw) > 1:
        return (USER,), ()
    if raw.startswith(("http", "www.", "##")):
        return (URL,), ()
    if first == "#" and len(raw) > 1:
        parts = CAMEL.findall(raw[1:60])
        whole = _word(raw[1:])
        words = tuple(_word(part) for part in parts[:8])
        return (words if len(words) > 1 else (whole,)), ("<tag>",)
    if first.isdigit() or raw.isdecimal():
        return (NUMBER,), ()
    if not (first.isalnum() or (len(raw) > 1 and raw[1].isalnum() and first == "_")):
        return (_sign(raw),), ()
    marks: tuple[str, ...] = ()
    word = _word(raw)
    if len(raw) > 2 and raw.isupper() and raw.lower() != raw:
        marks = ("<caps>",)
    if MANY.search(raw.lower()):
        marks = (*marks, "<drawl>")
    return (word,), marks


def _word(raw: str) -> str:
    word = MANY.sub(r"\1\1", raw[:60].lower()).replace("’", "'").strip("_")
    if "\u0600" <= word[:1] <= "\u06ff":
        word = ARABIC.sub("", word).translate(ALEF)
    return word or "_"


def _sign(raw: str) -> str:
    if raw[0] in "!?":
        bang, asked = raw.count("!"), raw.count("?")
        return "!" * min(bang, 3) + "?" * min(asked, 2)
    if raw[0] in ".…":
        return "…" if len(raw) > 1 or raw == "…" else "."
    return MANY.sub(r"\1\1", raw).replace("-", "").replace("^", "") or raw
