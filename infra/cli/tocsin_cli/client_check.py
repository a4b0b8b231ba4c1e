"""`tocsin client check`: says back in plain words what a client's file asks for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tocsin.domain.calendar import between
from tocsin.domain.client import Brand, Client
from tocsin.domain.linter import Draft
from tocsin.domain.linter import check as check_words
from tocsin.domain.matters import rules
from tocsin.domain.replies import reply_language
from tocsin.domain.severity import TOPIC
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.domain.term_options import Way
from tocsin.web.i18n import Reader
from tocsin_cli.client_check_people import odd_people, wakes
from tocsin_cli.files import load_client, named
from tocsin_cli.output import Screen, short

LONG = timedelta(days=60)
FEW = 8
"""Places of one kind that are named each on a line of its own."""


def check(
    file: Annotated[str, typer.Argument(help="The client's file; - is stdin.")],
    json: Annotated[bool, typer.Option("--json", help="The file as it is understood, as one JSON line.")] = False,
) -> None:
    """Check a client's file: what will be listened to, and who is woken when."""
    client = load_client(file)
    screen = Screen(json_lines=json)
    if json:
        screen.data(client.model_dump(mode="json"))
    screen.say(f"{short(client.name)} ({client.client}), {client.timezone}, alerts in {client.language}", "bold")
    now = datetime.now(UTC)
    for line in (*_listens(client), *wakes(client, now), *_coming(client, now), *_words(client)):
        screen.say(line)
    for note in (*_notes(client, now), *odd_people(client, now)):
        screen.say(f"note: {note}", "yellow")
    screen.say(f"{named(file)} is in order", "green")


def _listens(client: Client) -> Iterator[str]:
    for brand in client.brands:
        terms = ", ".join(_term(brand, term) for term in brand.terms)
        yield f"listens for {short(brand.name)}: {terms}{_limits(brand)}"
        if brand.official:
            own = ", ".join(short(name) for name in brand.official)
            yield f"  its own voices, which are no mentions, but what is answered to them is: {own}"
        if brand.ordinary_topics:
            yield f"  everyday there, so that it weighs half: {', '.join(map(short, brand.ordinary_topics))}"
        if brand.matters:
            yield f"  grave there besides: {', '.join(dict.fromkeys(short(one.topic) for one in brand.matters))}"
    units = sorted(units_of(client), key=_group)
    for _, alike in groupby(units, key=_group):
        yield from _places(tuple(alike))


def _group(unit: SourceUnit) -> tuple[str, str, float]:
    return unit.kind, unit.mode, unit.every.total_seconds()


def _places(units: tuple[SourceUnit, ...]) -> Iterator[str]:
    """A line each for a few; many channels or tags of one kind are one line."""
    first = units[0]
    how = f"every {first.every.total_seconds() / 60:.0f} min" + (", with the client's key" if first.keyed else "")
    if len(units) <= FEW:
        for unit in units:
            yield f"  in {short(unit.shown, 120)} ({unit.medium}), {how}"
        return
    named = ", ".join(short(unit.target or unit.shown, 60) for unit in units[:FEW])
    yield f"  in {len(units)} of {first.kind} ({first.medium}), {how}: {named} and {len(units) - FEW} more"


def _term(brand: Brand, term: str) -> str:
    """With the further ways in which it is found."""
    ways = [way.value for loose in brand.loose_terms if loose.term == term for way in Way if loose.allows(way)]
    return f"{short(term)} (also {', '.join(ways)})" if ways else short(term)


def _limits(brand: Brand) -> str:
    parts = []
    if brand.require_near:
        parts.append(f"near {', '.join(short(term) for term in brand.require_near)}")
    if brand.exclude:
        parts.append(f"but not {', '.join(short(term) for term in brand.exclude)}")
    return f" ({'; '.join(parts)})" if parts else ""


def _coming(client: Client, now: datetime) -> Iterator[str]:
    """Events that last or are ahead, in local time; one line for those that are over."""
    reader = Reader("en", client.timezone)
    ahead = between(client.events, now, datetime.max.replace(tzinfo=UTC))
    for event in ahead:
        how = "more watchful" if event.effect == "watchful" else "quieter"
        lasts = "now" if event.lasts(now) else f"from {reader.date(event.start)}, {reader.clock(event.start)}"
        yield f"{how} {lasts} until {reader.date(event.end)}, {reader.clock(event.end)}: {short(event.name)}"
    if over := len(client.events) - len(ahead):
        yield f"{over} events are over and may leave the file"


def _words(client: Client) -> Iterator[str]:
    words = client.words
    listed = ", ".join(client.reply_languages)
    others = f", in {listed} to who writes so" if len(client.reply_languages) > 1 else ""
    by = "the model" if words.by == "bedrock" else "templates"
    yield f"drafts replies by {by} in {reply_language(client, 'und')}{others}, in {words.address} words"
    if words.client_approves_from != "never":
        yield f"from {words.client_approves_from} on, the client's own people approve what is said in public"


def _notes(client: Client, now: datetime) -> Iterator[str]:
    if not client.sources:
        yield "sources: none, so nothing is heard"
    if client.shadow is not False:
        day = f" (expected on {client.shadow})" if isinstance(client.shadow, date) else ""
        yield f"shadow: everything is judged and nobody is told until a person arms it{day}: tocsin arm"
    yield from _unknown_topics(client)
    for event in client.events:
        if event.end - event.start > LONG:
            yield f"events: {short(event.name)} lasts {(event.end - event.start).days} days: is its end right?"
    if client.reader.kind != "own":
        which = f" in {', '.join(client.reader.languages)}" if client.reader.languages else ""
        yield (
            f"reader: words{which} leave the stack for {client.reader.model or 'Amazon Comprehend'}, "
            f"for at most ${client.reader.monthly_usd} a month; never private complaints and names: docs/readers.md"
        )
    if client.words.by == "bedrock":
        yield (
            f"words: what is confirmed, and the public mention that is answered, leave the stack for"
            f" {client.words.model}, for at most ${client.words.monthly_usd} a month; never private complaints:"
            " docs/words.md"
        )
    if asked := [
        one for one in client.prepared_texts if not one.good_on(now.astimezone(ZoneInfo(client.timezone)).date())
    ]:
        yield f"prepared_texts: {len(asked)} have expired, {short(asked[0].scenario)} first: have them approved anew"
    for text in client.prepared_texts:
        checked = check_words(Draft(text=text.text, language=text.language, kind=text.kind))
        odd = [*sorted({one.fault.value for one in checked.findings}), *(f"no {one.value}" for one in checked.missing)]
        if odd:
            which = f"{text.scenario}, {text.kind.value}, {text.language}"
            yield f"prepared_texts: {which}: {', '.join(odd)}; it stays a draft"
    if client.words.client_approves_from != "never" and not client.client_contacts:
        yield "words.client_approves_from: nobody stands in client_contacts who could approve anything"


def _unknown_topics(client: Client) -> Iterator[str]:
    for brand in client.brands:
        known = sorted({*rules().topics, *TOPIC.values(), *(own.topic for own in brand.matters)})
        for topic in brand.ordinary_topics:
            if topic not in known:
                near = get_close_matches(topic, known, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}?" if near else f"there is: {', '.join(known)}"
                yield f"brands: {short(brand.name)}: ordinary_topics: no post is of the topic {short(topic)}; {hint}"
