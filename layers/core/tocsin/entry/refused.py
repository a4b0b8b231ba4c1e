"""A step that was refused, in a sentence of the catalogue."""

from tocsin.domain.errors import StepError, TocsinError
from tocsin.domain.refusals import Refused
from tocsin.services.answer import AnswerError, Why
from tocsin.web.refusals import REFUSALS


def refusal_of(error: TocsinError) -> str:
    """To be translated for whoever reads it: the error's own words are for the log and the terminal."""
    if isinstance(error, AnswerError) and error.why in {Why.GONE, Why.LEFT}:
        return REFUSALS[Refused.NO_CASE if error.why is Why.GONE else Refused.GONE]
    cause = error.__cause__ if isinstance(error, AnswerError) else error
    refused = cause.refused if isinstance(cause, StepError) else None
    if refused is None and isinstance(cause, ValueError):
        refused = Refused.UNFIT
    return REFUSALS[refused or Refused.SOMEHOW]
