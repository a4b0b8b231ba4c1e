"""`tocsin explain`: why it rang then, or why it did not."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from tocsin.domain.client import Client
from tocsin.domain.controls import Mute
from tocsin.domain.judgement import Decided, Held, Judgement, Want, Why
from tocsin.domain.levels import Level
from tocsin.services.explain import Basis, Explain, Explanation, gravest
from tocsin.services.explain_recorded import at_moment, replayed
from tocsin.services.replay import Glance, heard_at
from tocsin.web.i18n import Reader
from tocsin.web.reasons import reason_sentence
from tocsin_cli.desk import desk_of, moment_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import COLOURS, Screen, short
from tocsin_cli.replay import recorded

TIME = re.compile(r"\d{2}:\d{2}|\d{4}-\d{2}-\d{2}.*")


def explain(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    what: Annotated[
        str,
        typer.Argument(
            metavar="INCIDENT|TIME", help="An incident's id, or a time like 2026-03-02T02:10 by the client's clock."
        ),
    ],
    mentions: Annotated[
        str | None,
        typer.Option(metavar="MENTIONS.jsonl", help="Recorded mentions, judged again; without it the deployed stack."),
    ] = None,
    brand: Annotated[str | None, typer.Option(help="Of this brand alone.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a judgement.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Say why a level was reached, and what the next one lacked: every part with its points, and what decided."""
    client = load_client(client_file)
    if brand is not None and client.brand(brand) is None:
        raise BadInputError(f"--brand {brand!r}: the client has none of that name")
    now = datetime.now(UTC)
    at = moment_of(what, client, now, "TIME") if TIME.fullmatch(what) else None
    found = _recorded(client, mentions, what, at) if mentions is not None else _deployed(client, what, at, now, region)
    shown = [each for each in found if brand in {None, each.brand}]
    if not shown:
        raise FoundWantingError(f"{short(what)}: nothing was judged (what people declared: tocsin incident show)")
    screen, reader = Screen(json_lines=json), Reader(client.language, client.timezone)
    for each in shown:
        if json:
            screen.data(_as_data(reader, each))
        else:
            for line, style in _lines(reader, each):
                screen.say(line, style)


def _recorded(client: Client, path: str, what: str, at: datetime | None) -> list[Explanation]:
    """At a time: that moment, for each brand. Of an incident: the first look at its worst level."""
    from tocsin.adapters.analyzers.reader import Reader as Analyzer  # half a second that no other way pays

    heard = recorded(client, path)
    if at is not None:
        moments = at_moment(client, heard, Analyzer(), at)
        for name in (each.name for each in client.brands if each.name not in moments):
            typer.echo(f"{short(name)}: until then nothing was said of it", err=True)
        if heard_at(heard[-1]) < at:
            last = Reader("en", client.timezone).local(heard_at(heard[-1]))
            typer.echo(f"the recording ends before it, {last:%Y-%m-%d %H:%M}", err=True)
        return list(moments.values())
    worst: dict[str, Level] = {}

    def wanted(glance: Glance) -> bool:
        if glance.incident_id != what or glance.level <= worst.get(what, Level.CALM):
            return False
        worst[what] = glance.level
        return True

    found = replayed(client, heard, Analyzer(), wanted)
    if not found:
        raise BadInputError(
            f"INCIDENT {short(what)!r}: the recording has none of this name, nor is it a time like 2026-03-02T18:00"
        )
    return list(found.values())


def _deployed(client: Client, what: str, at: datetime | None, now: datetime, region: str | None) -> list[Explanation]:
    if at is not None and at > now:
        raise BadInputError("TIME lies in the future")
    desk = desk_of(client, region)
    client = desk.client(client)
    service = Explain(mentions=desk.mentions, cases=desk.cases, controls=desk.controls, health=desk.health)
    if at is not None:
        return [each for one in client.brands for each in service.moment(client, one.name, at, now)]
    storm = desk.cases.incident(what)
    if storm is None:
        raise BadInputError(
            f"INCIDENT {short(what)!r}: the stack knows none of this name, nor is it a time like 2026-03-02T18:00"
        )
    steps = list(service.incident(client, storm))
    worst = gravest(steps)
    if worst is None:
        raise FoundWantingError(f"{storm.id} was judged before judgements were kept, or over 400 days ago")
    return [worst, *(each for each in steps if each is not worst)]


def _lines(reader: Reader, of: Explanation) -> Iterator[tuple[str, str]]:
    judgement = of.judgement
    yield f"{_when(reader, of)}  {of.level.value:7} {judgement.index:5.1f}  {short(of.brand)}", COLOURS[of.level]
    yield f"  {_basis(of)}", "dim"
    yield from ((line, "") for line in _why(reader, judgement))
    yield from ((f"  {line}", "") for line in _decisions(reader, of))
    if judgement.heard < 1:
        yield f"  {_heard(judgement)}", "yellow"
    for held in judgement.held:
        yield f"  not {held.level.value}: {_lacked(held)}", ""
    if judgement.level > of.level:
        yield f"  asked for {judgement.level.value} by what is known now; {of.level.value} stood then", ""
    elif judgement.level < of.level and of.basis is not Basis.STORED:
        yield (
            f"  asked for {judgement.level.value}; {of.level.value} stands until it has been quiet for long enough",
            "",
        )
    elif judgement.level < of.level:
        yield f"  asked for {judgement.level.value} only: a level falls one by one", ""
    if of.mute is not None:
        yield f"  {_muted(of.mute)}", "yellow"
    if of.check is not None:
        yield f"  {_checked(of)}", "green" if of.check.same else "yellow"


def _when(reader: Reader, of: Explanation) -> str:
    return f"{reader.local(of.at):%Y-%m-%d %H:%M}"


def _basis(of: Explanation) -> str:
    match of.basis:
        case Basis.STORED:
            before = f" (from {of.before.value})" if of.before else ""
            return f"the level changed{before}, as it was judged then; incident {of.incident_id or 'none'}"
        case Basis.RECOMPUTED if of.counts_only:
            return "judged anew from the counters of that moment: signals of people and stories are kept for eight days"
        case Basis.RECOMPUTED:
            return "judged anew from the counters and signals of that moment"
    return f"judged from the recording; incident {of.incident_id or 'none'}"


def _why(reader: Reader, judgement: Judgement) -> Iterator[str]:
    for part in judgement.reasons:
        yield f"  {part.points:5.1f}  {reason_sentence(reader, part)}"
    nothing = [part.name.value for part in judgement.parts if part.points < 1]
    if nothing:
        yield f"      0  {', '.join(nothing)}"
    if judgement.floors is not None:
        floors = judgement.floors
        yield (
            f"  floors of the index: watch {floors.watch:g}, issue {floors.issue:g}, crisis {floors.crisis:g},"
            f" severe {floors.severe:g}"
        )


def _decisions(reader: Reader, of: Explanation) -> Iterator[str]:
    for decided in of.judgement.decided:
        yield f"decided: {_decision(reader, of, decided)}{_without(of, decided.why)}"


def _without(of: Explanation, why: Why) -> str:
    level = next((one.level for one in of.decisive if one.why is why), None)
    if level is None:
        return ""
    return "; without it the same level" if level is of.judgement.level else f"; without it {level.value}"


def _decision(reader: Reader, of: Explanation, decided: Decided) -> str:
    match decided.why:
        case Why.SENSITIVITY:
            return f"sensitivity: {short(decided.name)} (the floors are moved by it)"
        case Why.THRESHOLDS:
            return "thresholds of the client's file"
        case Why.EVENT:
            until = next((event.end for event in of.events if event.name == decided.name), None)
            lasts = f" until {reader.date(until)}, {reader.clock(until)}" if until else ""
            return f"event {short(decided.name)!r}{lasts}: {decided.points:+g} points"
        case Why.SHIFT:
            shift = of.shift
            said = f", by {short(shift.by or '?')} on {short(shift.incident_id or '?')}" if shift else ""
            return f"feedback{said}: {decided.points:+g} points{f' until {shift.until:%Y-%m-%d}' if shift else ''}"
    return "always_alert: something that the client wants to hear of in any case"


def _lacked(held: Held) -> str:
    match held.want:
        case Want.INDEX:
            return f"the index is {held.found:g}, it begins at {held.needed:g}"
        case Want.RARE:
            return f"so many at once come by chance every {held.found:g} days; it takes {held.needed:g}"
        case Want.VOICES:
            return f"{held.found:g} independent people, it takes {held.needed:g}"
        case Want.WATCHED:
            return f"{held.found:g} hours of history; surprise counts in full from {held.needed:g} on"
        case Want.AGREED:
            return (
                f"a crowd, but of those who came {held.found:.0%} are against the brand, it takes {held.needed:.0%}, or"
                " many of them at one matter"
            )
        case Want.GRAVEST:
            return f"the worst that is told of the brand is {held.found:g} grave of 1, it takes {held.needed:g}"
        case Want.TELLERS:
            return f"{held.found:g} people tell of a grave matter, it takes {held.needed:g}, or three outlets"
        case Want.HEARD:
            return (
                f"only about {held.found:.0%} could be heard. What is missed is an estimate: it lifts a level by one"
                " step at most, and to none that wakes people"
            )
    return (
        "nothing that makes it by itself: a grave matter in a large voice or in the news, three platforms,"
        f" growth ({held.found:g} points of {held.needed:g})"
    )


def _heard(judgement: Judgement) -> str:
    said = (
        f"coverage: about {judgement.heard:.0%} of what is usual in {judgement.window_minutes} minutes could be heard;"
        " no more than that was expected"
    )
    return said if judgement.unaided is None else f"{said} (else: {judgement.unaided.value})"


def _muted(mute: Mute) -> str:
    if mute is Mute.PAUSED:
        return "nobody was told: it was paused"
    return "nobody was told, but for what always alerts: the client was in shadow"


def _checked(of: Explanation) -> str:
    check = of.check
    if check is None:
        return ""
    rule = of.judgement.rule_version
    if check.same:
        return f"checked: the same inputs give the same level and index again (rule {rule})"
    newer = f"by rule {check.rule_version}, then {rule}" if check.rule_version != rule else f"by rule {rule}"
    stands = "" if check.stands in {None, check.level} else f" ({check.stands.value} stands)"
    return f"judged again {newer}: {check.level.value}, index {check.index:g}{stands}"


def _as_data(reader: Reader, of: Explanation) -> dict[str, Any]:
    judgement = of.judgement
    return {
        **of.model_dump(mode="json", exclude={"judgement"}),
        "asked": judgement.level.value,
        "index": judgement.index,
        "rule_version": judgement.rule_version,
        "parts": [
            {"name": part.name.value, "points": part.points, "text": reason_sentence(reader, part)}
            for part in judgement.parts
        ],
        "floors": judgement.floors.model_dump() if judgement.floors else None,
        "held": [each.model_dump(mode="json") | {"text": _lacked(each)} for each in judgement.held],
        "decided": [each.model_dump(mode="json") | {"text": _decision(reader, of, each)} for each in judgement.decided],
        "always": judgement.always,
        "heard": judgement.heard,
        "unaided": judgement.unaided.value if judgement.unaided is not None else None,
    }
