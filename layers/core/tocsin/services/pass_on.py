"""The word of a pause of posts, passed on to the agency's other stacks for a case in which it was asked for."""

import logging
from functools import partial

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.freeze import TRIED_FOR, passed_on
from tocsin.domain.errors import DeliveryError, TocsinError
from tocsin.domain.pause_ask import PauseAsk, PauseBook
from tocsin.ports import AgencyChannel, CaseStore, ClientStore, Clock, PauseStore
from tocsin.services.casework import Casework
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)


class PassOn:
    """``pauses``: tells which clients may answer."""

    def __init__(
        self, *, clients: ClientStore, cases: CaseStore, clock: Clock, agency: AgencyChannel, pauses: PauseStore
    ) -> None:
        self._pauses = pauses
        self._agency = agency
        self._clock = clock
        self._work = Casework(clients=clients, cases=cases, clock=clock)

    def pass_on(self, file: CaseFile) -> bool:
        """Whether that was noted in the case. Rather twice than never: they act on it once."""
        asked = file.elsewhere
        if asked is None or not asked.waits:
            return False
        late = self._clock.now() - asked.asked_at >= TRIED_FOR
        trouble = self._said(PauseAsk.of(file.client, asked.by, asked.asked_at)) if not late else None
        if trouble is not None:
            logger.error("a pause of posts was not passed on", extra=logged(trouble))
            if not trouble.absent:
                return False
        self._work.do(file.incident_id, None, partial(passed_on, alone=late or trouble is not None, book=self._known()))
        return True

    def _known(self) -> PauseBook | None:
        """Nothing is held up by a table that does not say it."""
        try:
            return self._pauses.load()
        except TocsinError as error:
            logger.warning("which clients may answer is not known", extra=logged(error))
            return None

    def _said(self, ask: PauseAsk) -> DeliveryError | None:
        try:
            self._agency.ask_pause(ask)
        except DeliveryError as error:
            return error
        return None
