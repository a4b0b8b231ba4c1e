"""Watched on after the storm: thirty days, then one look back; and whether a new incident is an old one again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseFile, CaseStatus, Tail, What, Work, Worked
from tocsin.domain.case.reminding import leader_of, remind_owner
from tocsin.domain.case.reviewing import over_since
from tocsin.domain.incident import Incident
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story_terms import concepts

if TYPE_CHECKING:
    from tocsin.domain.case.seen import Seen

LASTS = timedelta(days=30)
ABOUT = "tail"
AGAIN = "former"
"""``about``: the new case is an earlier one's matter again."""
LOOK = timedelta(days=7)
"""The last days of the tail, which are counted at its end."""
ALIKE = 2
"""Matters that both cases are told of, where the first of them differs and no scenario is known."""
MOST_MATTERS = 4
ASKED_WITHIN = timedelta(hours=6)
"""How long a new case is compared with old ones: what it is about shows in its first hours."""


def due(work: Work, seen: "Seen") -> Worked:
    """Of the clockwork."""
    file, incident = work.file, work.incident
    if file.drill is not None:
        return Worked(incident, file)
    if not incident.closed:
        return _recurred(work, seen) if _asks(file, incident, work.now) else Worked(incident, file)
    if file.tail is None or file.tail.since < over_since(incident):
        since = over_since(incident)
        tail = Tail(since=since, until=since + LASTS)
        return Worked(incident, file.with_(tail=tail), (work.did(What.TAIL, words=f"until {tail.until:%Y-%m-%d}"),))
    if file.tail.looked_at is None and work.now >= file.tail.until:
        return _looked(work, file.tail, seen)
    return Worked(incident, file)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    if file.drill is not None or file.status in {CaseStatus.DISMISSED, CaseStatus.MERGED}:
        return None
    if not incident.closed:
        return None  # it is compared whenever another of its clocks is due, of which the first is at once
    if file.tail is None or file.tail.since < over_since(incident):
        return over_since(incident)
    return None if file.tail.looked_at is not None else file.tail.until


def former_of(
    file: CaseFile, mentions: Sequence[ScoredMention], earlier: Iterable[tuple[Incident, CaseFile]], now: datetime
) -> str | None:
    """The latest earlier case, over for less than thirty days, of the same scenario or of the same matters."""
    scenario = scenario_of(file) or _likeliest(mentions)
    matters = _matters(one.mention.words for one in mentions)
    for incident, old in earlier:
        if not incident.closed or now - over_since(incident) > LASTS or old.status is CaseStatus.DISMISSED:
            continue
        known = scenario_of(old)
        said = _matters(one.words for one in old.cause.quotations)
        if (known is not None and known == scenario) or _alike(matters, said):
            return incident.id
    return None


def scenario_of(file: CaseFile) -> str | None:
    """As a person confirmed it, else as the plan guessed it."""
    if file.cause.scenario is not None:
        return file.cause.scenario
    return file.plan.scenario if file.plan is not None and file.plan.known else None


def _asks(file: CaseFile, incident: Incident, now: datetime) -> bool:
    return file.former is None and now - incident.opened_at <= ASKED_WITHIN


def _recurred(work: Work, seen: "Seen") -> Worked:
    files = {one.incident_id: one for one in seen.former}
    earlier = [(one, files[one.id]) for one in seen.history if one.id in files]
    if not earlier:
        return Worked(work.incident, work.file)
    former = former_of(work.file, seen.mentions, earlier, work.now)
    if former is None:
        return Worked(work.incident, work.file)
    links = work.file.links if former in work.file.links else (*work.file.links, former)[-20:]
    file = work.file.with_(former=former, links=links)
    incident, outbox = remind_owner(work, leader_of(work).email, (AGAIN,))
    return Worked(incident, file, (work.did(What.TAIL, of=former, words="it has come back"),), outbox)


def _looked(work: Work, tail: Tail, seen: "Seen") -> Worked:
    """What has been said since: counted, not judged."""
    since, last = seen.share(tail.since, work.now), seen.share(work.now - LOOK, work.now)
    again = sum(one.opened_at > tail.since for one in seen.history)
    facts = (
        f"mentions={since.mentions}", f"negative={since.negative}",
        f"last_week={last.mentions}", f"last_week_negative={last.negative}", f"again={again}",
    )  # fmt: skip
    looked = tail.model_copy(update={"looked_at": work.now, "facts": facts})
    whom = leader_of(work).email
    incident, outbox = remind_owner(work, whom, (ABOUT,))
    return Worked(incident, work.file.with_(tail=looked), (work.did(What.TAIL, words=", ".join(facts)),), outbox)


def _likeliest(mentions: Sequence[ScoredMention]) -> str | None:
    told = Counter(one.reading.scenario for one in mentions if one.reading.scenario is not None)
    return told.most_common(1)[0][0] if told else None


def _matters(texts: Iterable[str]) -> tuple[str, ...]:
    """Told by most first; of as many, the rarest."""
    told = Counter(matter for text in texts for matter in concepts(text))
    return tuple(matter for matter, _ in told.most_common(MOST_MATTERS))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(one and other) and (one[0] == other[0] or len({*one} & {*other}) >= ALIKE)
