"""Where a case began, as far as we know: the earliest post, and what speaks for an earlier one that we never heard."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.domain.case.spread import Origin, spot
from tocsin.domain.clues import Clue, ClueKind, clue
from tocsin.domain.outlets import host_of
from tocsin.domain.reading import ScoredMention
from tocsin.domain.signature import alike, is_long, signature
from tocsin.domain.story import moment_of

SURE = 0.9
"""Where nothing speaks against it: what is said in rooms that nobody may listen to stays unheard."""
AT_ONCE = timedelta(minutes=10)
JUST_BEGUN = timedelta(hours=24)
_LESS = {
    ClueKind.PASSES_ON: 0.4,
    ClueKind.ANSWERS_UNSEEN: 0.6,
    ClueKind.LEADS_TO: 0.7,
    ClueKind.SAME_MINUTES: 0.75,
    ClueKind.BEFORE_US: 0.5,
    ClueKind.LISTENING_BEGAN: 0.6,
    ClueKind.GONE: 0.3,
}
"""What each clue leaves of the confidence: a matter of judgement."""
_PASSES_ON = re.compile(
    r"\A\W*(?:rt|mt|repost|репост|fwd|forwarded from|переслано (?:з|від)|переслали)\b"
    r"|\b(?:via|h/t|vía|hat tip|credit to) @\w+|(?<!\w)(?:джерело|источник|source|fuente|пише|пишут|según)\s*:\s*\S+",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s<>\"'»”]+")


def origin_of(
    heard: Sequence[ScoredMention],
    root: ScoredMention | None,
    *,
    own_root: bool = False,
    answers_ours: bool = False,
    gone: bool = False,
    listening_since: datetime | None = None,
) -> Origin | None:
    """``heard``: of the case, oldest first. ``root``: the post under which it began, where we have it; ``own_root``: it
    is the brand's. ``answers_ours``: the earliest answers a post of the brand's that is not kept. ``gone``: what was
    earlier was erased. None where nobody wrote anything."""
    if root is not None:
        return Origin(spot(root), SURE, (clue(ClueKind.FIRST_KNOWN),), ours=own_root)
    if not heard:
        return None
    first = heard[0]
    clues = [*_words(first), *_beside(first, heard)]
    if answers_ours:
        clues.append(clue(ClueKind.ANSWERS_OURS))
    elif first.mention.in_reply_to or first.mention.thread:
        clues.append(clue(ClueKind.ANSWERS_UNSEEN))
    if gone:
        clues.append(clue(ClueKind.GONE))
    if first.history:
        clues.append(clue(ClueKind.BEFORE_US))
    elif listening_since is not None and moment_of(first) - listening_since < JUST_BEGUN:
        clues.append(clue(ClueKind.LISTENING_BEGAN))
    sure = SURE
    for found in clues:
        sure *= _LESS.get(found.kind, 1.0)
    return Origin(spot(first), round(sure, 2), tuple(clues) or (clue(ClueKind.FIRST_KNOWN),), ours=answers_ours)


def _words(first: ScoredMention) -> list[Clue]:
    """What its own words say of an earlier one."""
    text = first.mention.words[:4_000]
    found = []
    if said := _PASSES_ON.search(text):
        found.append(clue(ClueKind.PASSES_ON, " ".join(said.group().split())[:60]))
    elsewhere = [
        host for url in _URL.findall(text)[:4] if (host := host_of(url)) and host != host_of(first.mention.url)
    ]
    if elsewhere:
        found.append(clue(ClueKind.LEADS_TO, elsewhere[0]))
    return found


def _beside(first: ScoredMention, heard: Sequence[ScoredMention]) -> list[Clue]:
    """Others who say almost the same so soon that none may have it from the other."""
    said, until = signature(first.mention.words), moment_of(first) + AT_ONCE
    if not is_long(said):
        return []
    same = sum(moment_of(one) <= until and alike(said, signature(one.mention.words)) for one in heard[1:200])
    return [clue(ClueKind.SAME_MINUTES, same)] if same else []
