"""What is to be seen of who is behind a case, and why: for the agency's own eyes, computed anew each time."""

from datetime import datetime
from typing import NamedTuple

from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.dossier import Dossier
from tocsin.domain.case.proposals import Proposal
from tocsin.domain.case.spread import Spread
from tocsin.domain.case.together import Coordinated


class Insight(NamedTuple):
    """``since``, ``until``: the time that was looked at; ``looked_at``: mentions read; ``of``: how many the stories
    count. ``crowd``: whether those who write act together. ``voices``: those who weigh most first."""

    brand: str
    since: datetime
    until: datetime
    looked_at: int
    of: int
    spread: Spread
    crowd: Coordinated
    voices: tuple[Dossier, ...]
    proposals: tuple[Proposal, ...]
    quotable: tuple[Quotation, ...]
