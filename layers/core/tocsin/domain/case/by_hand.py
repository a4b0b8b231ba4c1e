"""A storm of the week that a person raised: of those no change of a measured level is kept."""

from collections.abc import Iterable

from tocsin.domain.case.file import CaseEvent, What, timeline_of
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.report import Storm

RISES = frozenset({Step.RAISE, Step.REOPEN})


def by_hand(incident: Incident, events: Iterable[CaseEvent]) -> Storm | None:
    """Of issue or above by a person's word, whatever was measured; None of what no person raised, or goes on in another
    case."""
    told = tuple(events)
    steps = timeline_of(incident, told)
    if incident.peak < Level.ISSUE or any(one.what is What.MERGED for one in told):
        return None
    said = [one for one in told if one.what in {What.DECLARED, What.LEVEL_HELD} and one.by is not None]
    first = next((one for one in said if one.of is not None and Level(one.of) is incident.peak), None)
    rose = next((one.at for one in steps if one.step in RISES and one.level is incident.peak), None)
    if first is None or (rose is not None and rose < first.at):  # kept where it was measured
        return None
    ended = [entry.at for entry in steps if entry.step is Step.RESOLVE]
    return Storm(
        incident_id=incident.id,
        brand=incident.brand,
        level=incident.peak,
        since=incident.opened_at,
        until=(ended[-1] if ended else incident.updated_at) if incident.closed else None,
        reasons=incident.reasons,
        declared=(first.by or "", first.words or ""),
    )
