"""Nobody is woken by a half-translated sentence: catalogues are whole, and what is compiled is what was written."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.unit.web.samples import LANGUAGES
from tocsin import web
from tocsin.web.i18n import LOCALES

WEB = Path(web.__file__).parent
Form = str | tuple[str, ...] | list[str] | None


def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "tocsin.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(form: Form) -> tuple[str, ...]:
    return (form,) if isinstance(form, str) else tuple(form or ())


def pot_ids() -> set[tuple[str, ...]]:
    with (LOCALES / "tocsin.pot").open("rb") as file:
        return {forms(message.id) for message in read_po(file) if message.id}


def test_the_template_holds_what_the_code_says_and_nothing_else() -> None:
    # GIVEN all that code and templates mark for translation
    method_map, options_map = parse_mapping_cfg(io.StringIO((WEB / "babel.cfg").read_text(encoding="utf-8")))
    keywords = {"mark": None, "_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(WEB, method_map, options_map, keywords=keywords)
    # WHEN it is compared with the .pot THEN neither has a message that the other lacks
    assert {forms(message) for _, _, message, *_ in found} == pot_ids()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_in_every_form(language: str) -> None:
    # GIVEN a language's catalogue
    po = catalogue(language)
    said = {forms(message.id): message for message in po if message.id}
    # WHEN each message is looked at THEN it is there, sure, and whole, with the same values to fill in
    assert set(said) == pot_ids()
    for ids, message in said.items():
        assert not message.fuzzy, ids
        assert all(forms(message.string)), ids
        assert len(forms(message.string)) == (po.num_plurals if len(ids) > 1 else 1), ids
        wanted = set(re.findall(r"%\(\w+\)s", ids[0]))
        assert all(set(re.findall(r"%\(\w+\)s", form)) == wanted for form in forms(message.string)), ids
        assert not list(message.check(po)), ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    # GIVEN the two files that are committed
    with (LOCALES / language / "LC_MESSAGES" / "tocsin.mo").open("rb") as file:
        compiled = read_mo(file)
    # WHEN their messages are compared THEN they are equal: compiling was not forgotten
    assert {forms(message.id): forms(message.string) for message in compiled if message.id} == {
        forms(message.id): forms(message.string) for message in catalogue(language) if message.id
    }


def test_english_repeats_its_ids() -> None:
    # GIVEN the English catalogue WHEN read THEN nobody reads other English than the code says
    assert all(forms(message.string) == forms(message.id) for message in catalogue("en") if message.id)


@pytest.mark.parametrize(("language", "alphabet"), [("uk", "[А-ЯҐЄІЇа-яґєії]"), ("es", "[A-Za-z]")])
def test_no_sentence_was_left_in_english(language: str, alphabet: str) -> None:
    # GIVEN a translated catalogue
    alike = {"SMS", "CRISIS"} | {message.id for message in catalogue("en") if str(message.id).startswith("%(")}
    for message in catalogue(language):
        if not message.id or forms(message.id)[0] in alike:
            continue
        for form in forms(message.string):
            # WHEN a form is read THEN it is not the English one, and written in the language's letters
            assert form not in forms(message.id), form
            assert re.search(alphabet, re.sub(r"%\(\w+\)s", "", form)), form
            assert language != "uk" or not re.search("[ыэёъЫЭЁЪ]", form), form
