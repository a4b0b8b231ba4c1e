"""Why two open cases may be one, in sentences."""

from tocsin.domain.case.twins import Twin
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.scenario_words import scenario_words

MAX_TITLE = 140


def twin_words(reader: Reader, one: Twin) -> tuple[str, ...]:
    said = []
    if one.story:
        # NOTE: of two cases that may be one; the story by its title
        said.append(reader.gettext("Both are about one story: «%(story)s».", story=one_line(one.story, MAX_TITLE)))
    elif one.story is not None:
        said.append(reader.gettext("Both are about one story."))
    if one.words:
        said.append(reader.gettext("They are told of in the same words."))
    if one.scenario is not None:
        # NOTE: of two cases that may be one; the scenario is words like "a leak of personal data"
        said.append(
            reader.gettext("Both have one scenario: %(scenario)s.", scenario=scenario_words(reader, one.scenario))
        )
    return tuple(said)
