"""What becomes of the case file when the assessment opens, ends or reopens an incident, or asks for more than a person
holds."""

from datetime import datetime
from typing import Any

from tocsin.domain.case.file import CaseEvent, CaseFile, What
from tocsin.domain.case.reminding import LEVEL, due_items, owner_of
from tocsin.domain.case.status import resumed
from tocsin.domain.client import Client
from tocsin.domain.controls import Mute
from tocsin.domain.drills import is_drill, rehearsed
from tocsin.domain.escalation_step import Moved
from tocsin.domain.incident import Incident
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level


def asked_of(
    client: Client, incident: Incident, level: Level, judgement: Judgement, now: datetime, mute: Mute | None
) -> Moved:
    """Of an incident whose level a person holds: what the assessment asks for is noted, and that is all; of more than
    they hold, and than they know, they get one mail. The very incident that came in when there is nothing new."""
    held = incident.held
    if held is None:
        return Moved(incident)
    more = mute is None and level > max(held.level, held.warned or Level.CALM)
    if level == incident.asked and not more:
        return Moved(incident)
    facts = {"asked": level, "index": judgement.index, "reasons": judgement.reasons, "version": incident.version + 1}
    after = incident.model_copy(update=facts)
    if not more:
        return Moved(after)
    told = {"held": held.model_copy(update={"warned": level}), "alert_no": after.alert_no + 1}
    after = after.model_copy(update=told)
    one = owner_of(client, held.by, None, now)
    return Moved(after, due_items(client, after, one, (LEVEL,), now, rings=False))


def followed(
    before: Incident | None, after: Incident, file: CaseFile | None, now: datetime
) -> tuple[CaseFile, tuple[CaseEvent, ...]]:
    """``file``: as it is kept, None where there is none. What is written of it, in its next version."""
    drill = rehearsed(after.brand) if is_drill(after.brand) else None
    if file is None:
        opened = CaseFile.opened(after, drill=drill, version=1)
        return opened, (CaseEvent(at=now, what=What.OPENED, of=after.level.value),)
    again: dict[str, Any] = {"version": file.version + 1, "next_at": now}
    if before is not None and before.closed and not after.closed:
        # The review of the storm that was over says nothing of the one that has begun.
        again["review"] = file.review and file.review.begun_anew()
        return resumed(file).with_(**again), (CaseEvent(at=now, what=What.REOPENED, of=after.level.value),)
    if before is not None and before.warned != after.warned and after.held is not None:
        event = CaseEvent(at=now, what=What.LEVEL_ASKED, of=(after.asked or after.level).value, whom=after.held.by)
        return file.with_(**again), (event,)
    return file.with_(**again), ()
