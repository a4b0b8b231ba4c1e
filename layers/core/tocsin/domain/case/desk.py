"""Who asked what, and who was told what: enquiries of the media, and a brief for each circle of people concerned."""

from typing import Annotated

from pydantic import Field

from tocsin.domain.case.cause import Short
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.pause_ask import Became, PauseAnswer, Sibling
from tocsin.domain.people import Circle

MOST_ANSWERS = 100


class Enquiry(Frozen):
    """``owner``: the responder's address who answers it, reminded ``told`` times, the last one at ``told_at``."""

    id: str
    outlet: Short
    person: Short | None = None
    question: Short
    received_at: UtcDatetime
    deadline: UtcDatetime | None = None
    owner: str
    answered_at: UtcDatetime | None = None
    answered_by: str | None = None
    answer: Short | None = None
    told_at: UtcDatetime | None = None
    told: int = 0


class Elsewhere(Frozen):
    """A pause of posts, asked for at all of the agency's clients. ``told_at``: when the word of it left; ``alone``: it
    cannot leave from here. ``answers``: the latest of each stack that got it; ``known``: the clients that the agency's
    files had on ``known_at``."""

    by: str
    asked_at: UtcDatetime
    told_at: UtcDatetime | None = None
    alone: bool = False
    answers: Annotated[tuple[PauseAnswer, ...], Field(max_length=MOST_ANSWERS)] = ()
    known: tuple[Sibling, ...] = ()
    known_at: UtcDatetime | None = None

    @property
    def waits(self) -> bool:
        return self.told_at is None and not self.alone

    def with_answer(self, answer: PauseAnswer) -> "Elsewhere":
        """In the place of that client's former one; what was said to be done stays so."""
        former = next((one for one in self.answers if one.client == answer.client), None)
        if former is not None and former.became is not Became.CAME and answer.became is Became.CAME:
            return self
        others = tuple(one for one in self.answers if one.client != answer.client)
        return self.model_copy(update={"answers": (*others, answer)[-MOST_ANSWERS:]})


class Question(Frozen):
    at: UtcDatetime
    words: Short
    answer: Short | None = None
    answered_by: str | None = None


class Brief(Frozen):
    """``to``: an address of the client's stakeholders, or None where they are told by other ways. ``text_id``: what it
    says. ``told``: how often whoever has to answer
    its first open question was reminded."""

    id: str
    circle: Circle
    name: Short
    to: str | None = None
    text_id: str
    sent_at: UtcDatetime
    sent_by: str
    opened_at: UtcDatetime | None = None
    read_at: UtcDatetime | None = None
    told_at: UtcDatetime | None = None
    told: int = 0
    questions: Annotated[tuple[Question, ...], Field(max_length=20)] = ()


Enquiries = Annotated[tuple[Enquiry, ...], Field(max_length=100)]
Briefs = Annotated[tuple[Brief, ...], Field(max_length=240)]
"""Of several texts to each of the people who must know."""
