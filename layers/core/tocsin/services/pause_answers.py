"""What became of a pause that another stack asked for, told to that stack: that it came, and when it is done."""

import logging
from datetime import timedelta

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.freeze import became
from tocsin.domain.errors import ConflictError, DeliveryError
from tocsin.domain.pause_ask import Became, HeardPause
from tocsin.ports import AgencyChannel, CaseStore, ClientStore, Clock, PauseStore
from tocsin.services.casework import LONGEST_CHAIN
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

ANSWERED_FOR = timedelta(hours=24)
"""Later nobody waits for it."""


class PauseAnswers:
    def __init__(
        self, *, clients: ClientStore, cases: CaseStore, pauses: PauseStore, clock: Clock, agency: AgencyChannel
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._pauses = pauses
        self._clock = clock
        self._agency = agency

    def run(self) -> int:
        """Each minute. Return how many answers left: rather twice than never."""
        now, said = self._clock.now(), 0
        book = self._pauses.load()
        waiting = [one for one in book.heard if now - one.at < ANSWERED_FOR and one.answered in {None, Became.CAME}]
        client = self._clients.load() if waiting else None
        for heard in waiting if client is not None else ():
            state = self._became(heard)
            if state is heard.answered:
                continue
            assert client is not None  # noqa: S101 - the loop has looked
            try:
                self._agency.answer_pause(heard.answer(client.client, client.name, now, state))
                book = book.heard_of(heard.model_copy(update={"answered": state}))
                self._pauses.save(book)
            except (ConflictError, DeliveryError) as error:
                logger.warning("an answer to a pause of posts is left to the next minute", extra=logged(error))
                return said
            said += 1
        return said

    def _became(self, heard: HeardPause) -> Became:
        """Done where each case says so."""
        files = [file for one in heard.cases if (file := self._file(one)) is not None]
        states = {became(file) for file in files}
        if not states or Became.CAME in states:
            return Became.CAME
        return Became.DECLINED if Became.DECLINED in states else Became.DONE

    def _file(self, incident_id: str) -> CaseFile | None:
        """Of a merged case, that of the one in which its tasks go on."""
        file = self._cases.case_file(incident_id)
        for _ in range(LONGEST_CHAIN):
            if file is None or file.into is None:
                break
            file = self._cases.case_file(file.into)
        return file
