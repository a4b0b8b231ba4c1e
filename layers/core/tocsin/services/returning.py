"""An earlier case, told only as far as it can be told: no alarm and no page fails for what stands beside it."""

import logging

from tocsin.domain.case.returned import Returned
from tocsin.domain.fields import Language
from tocsin.services.logged import logged
from tocsin.web.i18n import Reader
from tocsin.web.returned_words import returned_words

logger = logging.getLogger(__name__)


def tellable(told: Returned, language: Language) -> Returned:
    """Itself; where a change of its review makes no sentence (a file that was edited by hand, a field of another
    version), with its changes counted and not told."""
    try:
        returned_words(Reader(language, "UTC"), told)
    except Exception as error:
        logger.error("an earlier case is told without its changes", extra=logged(error))
        return told.model_copy(update={"changes": (), "more": told.more + len(told.changes)})
    return told
