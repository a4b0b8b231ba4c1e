"""What one sentence says of a case: the thing, the place, the day, whose conduct, what is demanded. Rules, no guesses:
a sentence without a cue gives nothing. The cues are data (``cause_cues.json``, ``places.txt``)."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.domain.story_terms import stem
from tocsin.domain.text import clip

BRAND = "■"
"""What stands for the brand's name in a masked sentence."""
CLAUSE = 160
SOON = timedelta(days=90)
_TOKEN = re.compile(r"[\w■](?:[\w'’ʼ-]*\w)?|[.,!?;:()«»\"“”…—–\n]")
_AT_BRAND = re.compile(
    r"(?<!\w)(?:from|at|in|by|у|в|з|із|зі|на|до|від|с|из|от|en|de|a|del) ■(?:['’]s|['’])?(?=\W|$)", re.IGNORECASE
)
_NAMED = r"[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'-]+(?: (?:de (?:la |los |las )?|del |of (?:the )?)?[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'-]+){0,2}"
_NOT = re.compile(
    r"(?:\b(?:do not|don['’]?t|did not|didn['’]?t|never|not|no|without|nobody)|(?<!\w)(?:не|ніхто не|без)"
    r"|\b(?:no|nunca|sin)) (?:\w+ )?$"
)
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{2})-(\d{2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.,/])(\d{1,2})([./])(\d{1,2})\2(20\d\d|\d\d)(?!\d)")
_ES = 3
"""The place of Spanish among the lists of cues: its head noun comes first."""


class Found(NamedTuple):
    """``key``: what two wordings of one thing share; ``vague``: said only where nothing better is."""

    key: str
    words: str
    vague: bool = False


def things(sentence: str) -> Iterator[Found]:
    """``sentence``: masked. What was bought, what broke, what something was found in; and numbers of lots."""
    cues = _cues()
    text = _AT_BRAND.sub(" ", sentence)
    for kind in ("got", "warned", "inside"):
        for place, cue in enumerate(cues.product[kind]):
            for match in cue.finditer(text):
                if kind == "warned" or not _NOT.search(text[max(0, match.start() - 25) : match.start()].casefold()):
                    yield from _thing(_after(text[match.end() :]), head_first=place >= len(cues.product[kind]) - 1)
    for place, cue in enumerate(cues.product["broke"]):
        for match in cue.finditer(text):
            yield from _thing(_before(text[: match.start()]), head_first=place == _ES)
    for match in cues.lot.finditer(text):
        if any(char.isdigit() for char in match[1]):
            yield Found(f"#{match[1].casefold()}", match.group().strip())


def places(sentence: str, language: str) -> Iterator[Found]:
    """``sentence``: masked, as written: capitals tell names."""
    cues = _cues()
    known: set[str] = set()
    for word in re.findall(r"\w[\w'’-]*", sentence.casefold()):
        if (row := _gazetteer(word)) is not None and row.key not in known:
            known.add(row.key)
            yield Found(row.key, row.names.get(language[:2], row.names["en"]), row.country)
    if sentence.isupper():
        return
    for cue in cues.place:
        for match in cue.finditer(sentence):
            name = match["name"]
            first = name.split()[0].casefold()
            if cues.nowhere.fullmatch(first) or _gazetteer(first) or len(first) < 3:
                continue
            yield Found(stem(first), name)


def days(sentence: str, written: date) -> Iterator[Found]:
    """``sentence``: casefolded; ``written``: the day on the client's clock. No day to come is told."""
    cues = _cues()
    found = [date_of(int(m[1]), int(m[2]), int(m[3])) for m in _ISO.finditer(sentence)]
    found += [date_of(2000 + int(m[4]) % 100, int(m[3]), int(m[1])) for m in _NUMERIC.finditer(sentence)]
    for number, (before, after) in enumerate(cues.months, start=1):
        found += [_lately(number, int(m[1]), written, m[2]) for m in before.finditer(sentence)]
        found += [_lately(number, int(m[1]), written, m[2]) for m in after.finditer(sentence)]
    for number, cue in enumerate(cues.weekdays):
        if cue.search(sentence):
            found.append(written - timedelta(days=(written.weekday() - number) % 7 or 7))
    told = {match.group(): match.span() for ago, cue in cues.days_ago for match in cue.finditer(sentence)}
    for ago, cue in cues.days_ago:
        for match in cue.finditer(sentence):
            inside = any(match.group() != other and match.group() in other for other in told)
            if not inside:
                found.append(written - timedelta(days=ago))
    for match in cues.so_many_days_ago.finditer(sentence):
        found.append(written - timedelta(days=int(next(group for group in match.groups() if group))))
    for day in found:
        if day is not None and day <= written and written - day < timedelta(days=366):
            yield Found(day.isoformat(), day.isoformat())


def parts(sentence: str) -> Iterator[Found]:
    """``sentence``: masked, casefolded. Whose conduct: the part that somebody has in the brand's work, never a name."""
    cues = _cues()
    for role, cue in cues.conduct:
        for match in cue.finditer(sentence):
            if not cues.self.search(sentence[max(0, match.start() - 30) : match.start()]):
                yield Found(role, match.group().strip())


def demands(sentence: str) -> Iterator[Found]:
    """What somebody wants done, in their clause."""
    lower = sentence.casefold()
    if len(lower) != len(sentence):
        sentence = lower
    for kind, cue in _cues().demanded:
        match = cue.search(lower)
        if match is not None and not _NOT.search(lower[max(0, match.start() - 25) : match.start()]):
            start = max((sentence.rfind(mark, 0, match.start()) for mark in ",;:—–"), default=-1) + 1
            yield Found(kind, clip(sentence[start:].strip(), CLAUSE), vague=kind == "other")
            return


def date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _lately(month: int, day: int, written: date, year: str | None) -> date | None:
    if year:
        return date_of(int(year), month, day)
    this = date_of(written.year, month, day)
    if this is None or this <= written:
        return this
    # Of a day soon to come they speak of what is due; of one far ahead they mean last year's.
    return None if this - written <= SOON else date_of(written.year - 1, month, day)


def _thing(words: list[str], *, head_first: bool) -> Iterator[Found]:
    if words:
        head = words[0] if head_first else words[-1]
        yield Found(stem(head.casefold()), " ".join(words))


def _after(text: str) -> list[str]:
    """The noun and what stands with it, at most three words."""
    cues, taken = _cues(), list[str]()
    for raw in _TOKEN.findall(text[:120]):
        word = raw.casefold()
        if taken and word == "de":
            taken.append(raw)
        elif not taken and (word in cues.skip or word.isdecimal() or raw in '«"“'):
            continue
        elif word in cues.stop or word in cues.skip or not word[0].isalpha() or (taken and word in cues.nothing):
            break
        else:
            taken.append(raw)
        if len([each for each in taken if each != "de"]) == 3:
            break
    while taken and taken[-1].casefold() == "de":
        taken.pop()
    return taken if taken and taken[0].casefold() not in cues.nothing and _weighs(taken) else []


def _before(text: str) -> list[str]:
    cues, taken = _cues(), list[str]()
    for token in reversed(_TOKEN.findall(text[-90:])):
        word = token.casefold()
        if not taken and (word == BRAND or (word in cues.stop and word not in cues.subjects)):
            continue
        if word in cues.stop or word in cues.skip or word in cues.nothing or not word[0].isalpha():
            break
        taken.insert(0, token)
        if len(taken) == 3:
            break
    return taken if taken and _weighs(taken) else []


def _weighs(taken: list[str]) -> bool:
    return max(len(word) for word in taken) > 2


class _Row(NamedTuple):
    key: str
    names: dict[str, str]
    country: bool


@cache
def _rows() -> tuple[dict[str, _Row], dict[str, _Row]]:
    whole: dict[str, _Row] = {}
    beginnings: dict[str, _Row] = {}
    for line in files("tocsin.domain.case").joinpath("places.txt").read_text(encoding="utf-8").splitlines():
        if not line or line[0] == "#":
            continue
        names, _, words = line.partition(":")
        country = names[0] == "~"
        en, uk, es = names.removeprefix("~").split("|")
        row = _Row(en.casefold(), {"en": en, "uk": uk, "es": es}, country)
        for word in words.split():
            (whole if word[0] == "=" else beginnings)[word.removeprefix("=")] = row
    return whole, beginnings


def _gazetteer(word: str) -> _Row | None:
    whole, beginnings = _rows()
    if word in whole:
        return whole[word]
    return next(
        (beginnings[word[:size]] for size in range(min(len(word), 10), 3, -1) if word[:size] in beginnings), None
    )


class _Cues(NamedTuple):
    product: dict[str, tuple[re.Pattern[str], ...]]
    lot: re.Pattern[str]
    skip: frozenset[str]
    stop: frozenset[str]
    subjects: frozenset[str]
    nothing: frozenset[str]
    place: tuple[re.Pattern[str], ...]
    nowhere: re.Pattern[str]
    conduct: tuple[tuple[str, re.Pattern[str]], ...]
    self: re.Pattern[str]
    demanded: tuple[tuple[str, re.Pattern[str]], ...]
    months: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    weekdays: tuple[re.Pattern[str], ...]
    days_ago: tuple[tuple[int, re.Pattern[str]], ...]
    so_many_days_ago: re.Pattern[str]


@cache
def _cues() -> _Cues:
    data = json.loads(files("tocsin.domain.case").joinpath("cause_cues.json").read_text(encoding="utf-8"))
    product = data["product"]
    day = r"(?<![\d.,:])(\d{1,2})(?:st|nd|rd|th|-го|-е)?(?: of| de)? "
    year = r"(?:,? (?:de |of )?(20\d\d))?"
    return _Cues(
        product={
            kind: tuple(re.compile(cue, re.IGNORECASE) for cue in product[kind])
            for kind in ("got", "warned", "inside", "broke")
        },
        lot=re.compile(data["lot"], re.IGNORECASE),
        skip=frozenset(product["skip"].split()),
        stop=frozenset(product["stop"].split()),
        subjects=frozenset("i he she we they you it я ми він вона вони воно ви ти yo tú él ella ellos".split()),
        nothing=frozenset(product["nothing"].split()),
        place=tuple(re.compile(f"{cue}(?P<name>{_NAMED}{data['place']['after']})") for cue in data["place"]["before"]),
        nowhere=re.compile("|".join(data["place"]["nowhere"].split())),
        conduct=tuple((role, re.compile(rf"(?<!\w)(?:{cue})(?!\w)")) for role, cue in data["conduct"].items()),
        self=re.compile(data["self"]),
        demanded=tuple((kind, re.compile(cue)) for kind, cue in data["demanded"].items()),
        months=tuple(
            (
                re.compile(rf"{day}(?:{names})(?!\w){year}"),
                re.compile(rf"(?<!\w)(?:{names}) (\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:.]\d){year}"),
            )
            for names in data["months"]
        ),
        weekdays=tuple(re.compile(rf"(?<!\w)(?:{cue})(?!\w)") for cue in data["weekdays"]),
        days_ago=tuple((int(ago), re.compile(rf"(?<!\w)(?:{cue})(?!\w)")) for ago, cue in data["days_ago"].items()),
        so_many_days_ago=re.compile(data["so_many_days_ago"]),
    )
