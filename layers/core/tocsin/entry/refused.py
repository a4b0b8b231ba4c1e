"""A step that was refused, in a sentence of the catalogue where there is one."""

from tocsin.domain.errors import StepError, TocsinError
from tocsin.domain.refusals import Refused
from tocsin.services.answer import AnswerError, Why
from tocsin.web.refusals import REFUSALS


def refusal_of(error: TocsinError) -> str | None:
    """None for what people hardly ever meet: its own English words are shown."""
    if isinstance(error, AnswerError) and error.why is Why.GONE:
        return REFUSALS[Refused.NO_CASE]
    cause = error.__cause__ if isinstance(error, AnswerError) else error
    return REFUSALS[cause.refused] if isinstance(cause, StepError) and cause.refused is not None else None
