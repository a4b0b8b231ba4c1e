"""Protects: no source is half there. Whatever a client's file may name has a connector, a parser that was tried, a
cadence, a budget or limits that are known, and a row in the documentation. (That each secret has a role of its own,
which reads that one alone, and a sample event: tests/template and tests/unit/functions.)"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import client
from tocsin.adapters import memory
from tocsin.adapters.http_guard import GuardedHttp
from tocsin.adapters.sources.registry import KINDS as CONNECTED
from tocsin.adapters.sources.registry import Connectors, parser
from tocsin.domain.source_facts import FACTS
from tocsin.domain.source_kinds import KINDS
from tocsin.domain.sources import units_of

ROOT = Path(__file__).parents[2]
FEEDS = {"googlenews", "googlealerts"}
"""Ways to a feed's address: the connector and the parser are those of feeds."""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_of_the_clients_file_is_known_to_everybody(kind: str) -> None:
    facts = FACTS[kind]
    assert kind in FEEDS or kind in CONNECTED
    assert facts.name
    assert facts.auth
    assert facts.cost
    assert facts.terms
    assert facts.limits_said, "what it may be asked for is its budget's limit"
    assert KINDS[kind].model_fields["every"].default >= facts.least_every >= 1


@pytest.mark.parametrize("kind", CONNECTED)
def test_a_connector_stands_behind_the_port_and_its_parser_was_tried(kind: str) -> None:
    connector = Connectors(GuardedHttp(), memory.MemorySecrets())[kind]
    assert callable(connector.pull)
    assert callable(parser(kind))
    places = (ROOT / "tests" / "unit" / "adapters", ROOT / "tests" / "integration")
    tests = [path.read_text(encoding="utf-8") for place in places for path in place.rglob("test_*.py")]
    reads = re.compile(rf"adapters\.sources\.{kind}\b|adapters\.sources import [^\n]*\b{kind}\b|\"{kind}\"")
    tried = [text for text in tests if reads.search(text)]
    assert tried, f"no test reads responses of {kind}"


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_a_row_in_the_documentation_names_its_secret(kind: str) -> None:
    rows = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8").splitlines()
    [row] = [line for line in rows if line.startswith(f"| `{kind}` |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert re.findall(r"`([^`]+)`", cells[4]) == list(FACTS[kind].secret)
    assert cells[8] == f"{FACTS[kind].retention_days or 90} days"
    assert all(cells)


ENTRIES: dict[str, dict[str, Any]] = {
    "rss": {"urls": ["https://news.example/feed"]},
    "googlealerts": {"urls": ["https://www.google.com/alerts/feeds/1/2"]},
    "x": {"budget": {"usd": 50}},
    "facebook": {"pages": ["1234"]},
    "instagram": {"accounts": ["1234"], "tags": ["bakery"]},
    "discourse": {"servers": ["forum.example"]},
    "appstore": {"apps": ["123"], "countries": ["ua", "es"]},
    "googleplay": {"packages": ["com.example.app"]},
    "googlebusiness": {"locations": ["accounts/1/locations/2"]},
    "trustpilot": {"businesses": ["a" * 24]},
    "youtube": {"channels": ["UC" + "a" * 22], "own_channels": ["UC" + "b" * 22], "search": True},
    "telegram": {"channels": ["novyny"], "accept_terms": True, "bot": True},
    "brand24": {"projects": ["1"]},
    "mention": {"alerts": ["acc/1"]},
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_entry_becomes_units_that_keep_their_ids_and_show_no_secret(kind: str) -> None:
    asked = client(sources=[{"kind": kind, **ENTRIES.get(kind, {})}])
    units = list(units_of(asked))
    assert units
    assert [unit.id for unit in units] == [unit.id for unit in units_of(asked)]
    assert len({unit.id for unit in units}) == len(units)
    for unit in units:
        assert unit.kind in CONNECTED
        assert unit.every_in_crisis <= unit.every
        assert unit.shown
        if unit.keyed:
            assert FACTS[kind].secret
        if kind == "googlealerts":
            assert "/alerts/feeds/" not in unit.shown
