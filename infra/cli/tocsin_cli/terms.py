"""`tocsin terms`: what a client's terms match, what they nearly match, and what marks of right and wrong ask to change.

A line of the marks' file is an id and a word: `right` when that place names the brand, `wrong` when it does not.
"""

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
import yaml

from tocsin.domain.brand import Brand
from tocsin.domain.client import Client
from tocsin.domain.mention import MAX_TEXT
from tocsin.domain.term_advice import Advice, Change, Marked, advise
from tocsin.domain.term_options import OPTIONS
from tocsin.domain.term_trace import Finding, Outcome, TermTracer
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, json_lines, load_client, named, read_text
from tocsin_cli.output import Screen, short

Mark = Literal["right", "wrong"]

AROUND = 40
"""Characters shown on each side of a place."""
COLOURS = {Outcome.MATCH: "green", Outcome.EXCLUDED: "dim", Outcome.NEAR: "yellow"}
_MARK = re.compile(r"(?P<id>[0-9a-f]{12})\s+(?P<mark>right|wrong)")
_ANSWERS: dict[str, Mark] = {"y": "right", "n": "wrong"}


@dataclass(frozen=True)
class _Place:
    """A finding in its text. ``id`` is the same for the same words of the same text, whatever file they stand in."""

    id: str
    brand: Brand
    mention: str | None
    text: str
    finding: Finding

    @property
    def context(self) -> str:
        before = self.text[max(0, self.finding.start - AROUND) : self.finding.start]
        after = self.text[self.finding.end : self.finding.end + AROUND]
        return short(f"{before}«{self.finding.words}»{after}", 2 * AROUND + 140)


def terms(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file.")],
    texts_file: Annotated[
        str, typer.Argument(metavar="MENTIONS.jsonl", help='Mentions, or lines of {"text"}; - is stdin.')
    ],
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a place or a proposed change.")] = False,
    mark: Annotated[
        str | None, typer.Option(metavar="FILE", help="Lines of an id and right or wrong: propose changes by them.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask about each place here, and add to the marks' file.")] = False,
) -> None:
    """Show what matches, what was excluded and why, and what nearly matches, each with an id to be marked by.

    Marked right: that place names the brand. Marked wrong: it does not.
    """
    if ask and (mark is None or STDIN in {client_file, texts_file} or not _on_terminal()):
        raise BadInputError("--ask needs a terminal, files (not -) and --mark FILE, where the answers are kept")
    client = load_client(client_file)
    screen = Screen(json_lines=json)
    places = list(_places(client, texts_file))
    if mark is None:
        _show(screen, places)
        return
    marks = _marks(mark) if mark == STDIN or Path(mark).exists() or not ask else {}
    if ask:
        marks |= _asked(screen, [place for place in places if place.id not in marks], Path(mark))
    known = {place.id for place in places}
    if strangers := len(marks.keys() - known):
        typer.echo(
            f"{named(mark)}: {strangers} marks of places that are not in {named(texts_file)}: passed over", err=True
        )
    for brand in client.brands:
        said = [
            Marked(text=place.text, finding=place.finding, right=marks[place.id] == "right")
            for place in places
            if place.brand is brand and place.id in marks
        ]
        if said:
            propose(screen, brand, advise(brand, said))


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _places(client: Client, path: str) -> Iterator[_Place]:
    """Each text once for each brand; the same text again says nothing new."""
    tracers = [(brand, TermTracer(brand)) for brand in client.brands]
    known: set[str] = set()
    for number, row in json_lines(path):
        text, mention = _text(row, f"{named(path)}, line {number}")
        if text in known:
            continue
        known.add(text)
        for brand, tracer in tracers:
            for finding in tracer.findings(text):
                key = f"{brand.name}\0{finding.start}\0{finding.end}\0{text}"
                digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
                yield _Place(digest, brand, mention, text, finding)


def _text(row: Any, place: str) -> tuple[str, str | None]:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadInputError(f'{place}: must be a mention or an object like {{"text": "..."}}')
    title, mention = row.get("title"), row.get("id")
    text = f"{title}\n{row['text']}" if isinstance(title, str) and title else row["text"]
    return text[: 2 * MAX_TEXT], mention if isinstance(mention, str) else None


def _show(screen: Screen, places: Iterable[_Place]) -> None:
    counts: Counter[Outcome] = Counter()
    for place in places:
        finding = place.finding
        counts[finding.outcome] += 1
        if screen.json_lines:
            screen.data(
                {
                    "id": place.id,
                    "brand": place.brand.name,
                    "mention": place.mention,
                    **finding.model_dump(mode="json"),
                    "context": place.context,
                }
            )
        else:
            screen.say(_line(place), COLOURS[finding.outcome])
    screen.step(", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome))


def _line(place: _Place) -> str:
    finding = place.finding
    why = f"; {short(finding.why)}" if finding.why else ""
    how = f"{short(finding.term)}, {finding.way.value}{why}"
    return f"{place.id}  {finding.outcome.value:8}  {short(finding.words)}  ({how})  {place.context}"


def _marks(path: str) -> dict[str, Mark]:
    """The last mark of a place counts. Empty lines and what follows # are passed over."""
    found: dict[str, Mark] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        match = _MARK.fullmatch(said)
        if match is None:
            raise BadInputError(f"{named(path)}, line {number}: write it like 0123456789ab right (or wrong)")
        found[match["id"]] = "right" if match["mark"] == "right" else "wrong"
    return found


def _asked(screen: Screen, places: Iterable[_Place], path: Path) -> dict[str, Mark]:
    """Answers are kept at once: who stops halfway loses nothing."""
    found: dict[str, Mark] = {}
    with path.open("a", encoding="utf-8") as marks:
        for place in places:
            screen.say(_line(place), COLOURS[place.finding.outcome])
            answer = typer.prompt("Does this name the brand? (y, n, s to skip, q to end)", default="s", err=True)
            if answer.strip().lower() == "q":
                break
            if verdict := _ANSWERS.get(answer.strip().lower()):
                found[place.id] = verdict
                marks.write(f"{place.id} {verdict}  # {place.context.replace('#', '')}\n")
                marks.flush()
    return found


def propose(screen: Screen, brand: Brand, advice: Advice) -> None:
    if screen.json_lines:
        for change in advice.changes:
            screen.data({"brand": brand.name, **change.model_dump(mode="json")})
    verdict = f"{short(brand.name)}: {advice.agree_now} of {advice.marks} marks are met now"
    if not advice.changes:
        screen.step(f"{verdict}; they speak for no change")
        return
    screen.step(f"{verdict}, {advice.agree_then} with these changes")
    if not screen.json_lines:
        for change in advice.changes:
            screen.say(f"# {_said(change)}")
        changed = {"brands": [_as_written(advice.brand, brand)]}
        for line in yaml.safe_dump(changed, allow_unicode=True, sort_keys=False, width=1_000).splitlines():
            screen.say(line)


def _said(change: Change) -> str:
    what = f"{change.kind} {change.option} of" if change.option else change.kind
    return f"{what} {short(change.value)!r}: {change.right} marked right, {change.wrong} wrong"


def _as_written(brand: Brand, before: Brand) -> dict[str, Any]:
    """The brand's keys about terms, in the form of a client's file; lists that neither has nor had are left out."""
    loose = {term.term: term for term in brand.loose_terms}
    entries: list[Any] = []
    for term in brand.terms:
        options = {key: True for key in OPTIONS.values() if term in loose and getattr(loose[term], key)}
        entries.append({"term": term, **options} if options else term)
    written: dict[str, Any] = {"name": brand.name, "terms": entries}
    for key in ("exclude", "require_near"):
        if getattr(brand, key) or getattr(before, key):
            written[key] = list(getattr(brand, key))
    return written
