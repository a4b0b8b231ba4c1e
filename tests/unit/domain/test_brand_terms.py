"""Protects: a term with options is a term like any other to all who only want its text, and survives being stored."""

import pytest

from tests.support.samples import client
from tocsin.domain.brand import Brand
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.term_options import LooseTerm


def brand(*terms: object, **more: object) -> Client:
    return client(brands=[{"name": "Аврора", "terms": list(terms), **more}])


def test_terms_are_texts_in_their_order_and_options_stand_aside() -> None:
    found = brand("acme", {"term": " Аврора ", "transliterate": True, "typos": True}, "x-ray").brands[0]
    assert found.terms == ("acme", "Аврора", "x-ray")
    assert found.loose_terms == (LooseTerm(term="Аврора", transliterate=True, typos=True),)


def test_what_is_stored_is_what_was_read() -> None:
    parsed = brand("acme", {"term": "Аврора", "layout": True})
    assert Client.model_validate_json(parsed.model_dump_json()) == parsed
    assert Client.model_validate(parsed.model_dump()) == parsed


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"term": "Аврора", "typo": True}, "brands[1].terms[2].typo: unknown key; did you mean 'typos'?"),
        ({"term": "Аврора", "zzz": 1}, "brands[1].terms[2].zzz: unknown key; known keys: layout, term"),
        ({"typos": True}, "brands[1].terms[2].term: is required"),
        ({"term": "Аврора", "typos": "perhaps"}, "brands[1].terms[2].typos: must be true or false"),
        ({"term": "a"}, "brands[1].terms[2].term: "),
        ({"term": ["Аврора"]}, "brands[1].terms[2].term: "),
        ({5: "x"}, "brands[1].terms[2]"),
        (7, "brands[1].terms[2]: "),
        (None, "brands[1].terms[2]: "),
    ],
)
def test_a_wrong_entry_is_named_by_its_place(entry: object, said: str) -> None:
    with pytest.raises(ClientFileError) as caught:
        brand("acme", entry)
    assert said in str(caught.value)


def test_options_of_a_stranger_are_refused() -> None:
    with pytest.raises(ClientFileError, match="'bolt' is none of terms"):
        brand("acme", loose_terms=[{"term": "bolt", "typos": True}])


@pytest.mark.parametrize("loose", [7, "x", {"a": 1}, [None]])
def test_broken_stored_options_are_an_error_and_no_crash(loose: object) -> None:
    with pytest.raises(ClientFileError):
        brand({"term": "acme", "typos": True}, loose_terms=loose)


def test_a_brand_stays_hashable_and_comparable() -> None:
    one, other = (Brand.model_validate({"name": "x", "terms": [{"term": "acme", "typos": t}]}) for t in (True, False))
    assert one != other
    assert len({one, other}) == 2


def test_sources_are_searched_for_a_transliterated_term_in_both_alphabets() -> None:
    terms = [{"term": "Нова Пошта", "transliterate": True}, {"term": "Kyivstar", "transliterate": True}, "acme"]
    assert brand(*terms).brands[0].asked_terms == ("Нова Пошта", "Kyivstar", "acme", "nova poshta", "київстар")
    assert brand("acme", {"term": "Аврора", "typos": True}).brands[0].asked_terms == ("acme", "Аврора")
