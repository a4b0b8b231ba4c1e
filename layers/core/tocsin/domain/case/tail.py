"""Watched on after the storm: thirty days, then one look back; and whether a new incident is an old one again, then or
as long as people remember."""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseFile, CaseStatus, Tail, What, Work, Worked
from tocsin.domain.case.reminding import leader_of, remind_owner
from tocsin.domain.case.returned import LASTS, REMEMBERED
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story_terms import concepts

if TYPE_CHECKING:
    from tocsin.domain.case.seen import Seen, SeenBefore

ABOUT = "tail"
AGAIN = "former"
"""``about``: the new case is an earlier one's matter again."""
LOOK = timedelta(days=7)
"""The last days of the tail, which are counted at its end."""
ALIKE = 2
"""Matters that both cases are told of, where the first of them differs and no scenario is known."""
MOST_MATTERS = 4
ASKED_WITHIN = timedelta(hours=6)
"""After its last rise: how long a new case is compared with old ones. What it is about shows in its first hours."""
GONE_BY = frozenset({CaseStatus.DISMISSED, CaseStatus.MERGED})


def due(work: Work, seen: "Seen") -> Worked:
    """Of the clockwork."""
    file, incident = work.file, work.incident
    if file.drill is not None:
        return Worked(incident, file)
    if not incident.closed:
        return _recurred(work, seen) if asks(file, incident, work.now) else Worked(incident, file)
    if file.tail is None or file.tail.since < incident.over_since:
        since = incident.over_since
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
    if file.tail is None or file.tail.since < incident.over_since:
        return incident.over_since
    return None if file.tail.looked_at is not None else file.tail.until


def former_of(
    file: CaseFile, mentions: Sequence[ScoredMention], earlier: Iterable[tuple[Incident, CaseFile]], now: datetime
) -> str | None:
    """The latest earlier case that is over, of the same scenario or of the same matters. After the tail people still
    remember what was at least an issue, for as long as a crisis counts in a plan."""
    scenario = file.scenario or _likeliest(mentions)
    told = (one.mention.words for one in mentions)
    matters = matters_of((*(one.words for one in file.cause.quotations), *told))
    for incident, old in earlier:
        past = now - incident.over_since
        lately = past <= LASTS or (past <= REMEMBERED and incident.peak >= Level.ISSUE)
        if not incident.closed or not lately or old.status in GONE_BY:
            continue
        said = matters_of(one.words for one in old.cause.quotations)
        if (old.scenario is not None and old.scenario == scenario) or alike(matters, said):
            return incident.id
    return None


def asks(file: CaseFile, incident: Incident, now: datetime) -> bool:
    """What was only watched at first may turn out to be an old matter when it rises; and at any hour when people say
    what it is, or quote what is said."""
    return file.former is None and (now - incident.risen_at <= ASKED_WITHIN or file.compared != _known(file))


def _known(file: CaseFile) -> str | None:
    """What people have said that a case is compared by; None while they have said nothing."""
    confirmed = file.cause.scenario if file.cause.confirmed_by is not None else None
    if confirmed is None and not file.cause.quotations:
        return None
    return f"{confirmed or ''}/{zlib.crc32(' '.join(one.words for one in file.cause.quotations).encode()):08x}"


def found_before(file: CaseFile, seen: "SeenBefore", now: datetime) -> str | None:
    """What ``former_of`` finds among the brand's earlier cases; where there is none, nothing else is read."""
    files = {one.incident_id: one for one in seen.former}
    earlier = [(one, files[one.id]) for one in seen.history if one.id in files]
    return former_of(file, seen.mentions, earlier, now) if earlier else None


def _recurred(work: Work, seen: "Seen") -> Worked:
    former = found_before(work.file, seen, work.now)
    known = _known(work.file)
    if former is None:
        same = work.file.compared == known
        return Worked(work.incident, work.file if same else work.file.with_(compared=known))
    file = work.file.with_(former=former, compared=known).linked(former)
    incident, outbox = remind_owner(work, leader_of(work).email, (AGAIN,))
    return Worked(incident, file, (work.did(What.TAIL, of=former, words="it has come back"),), outbox)


def _looked(work: Work, tail: Tail, seen: "Seen") -> Worked:
    """What has been said since: counted, not judged."""
    since, last = seen.share(tail.since, work.now), seen.share(work.now - LOOK, work.now)
    again = sum(one.opened_at > tail.since and one.peak >= Level.ISSUE for one in seen.later)
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


def matters_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Told by most first; of as many, the rarest."""
    told = Counter(matter for text in texts for matter in concepts(text))
    return tuple(matter for matter, _ in told.most_common(MOST_MATTERS))


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Of the matters of two cases: what is told of most is the same, or two of them are."""
    return bool(one and other) and (one[0] == other[0] or len({*one} & {*other}) >= ALIKE)
