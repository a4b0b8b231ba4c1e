"""Protects: no source is half there. Whatever a client's file may name has a connector, a parser that was tried, a
cadence, a budget or limits that are known, a sample event and a row in the documentation. (That each secret has a role
of its own, which reads that one alone: tests/template; that the events are really handled: tests/unit/functions.)"""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters import memory
from tocsin.adapters.http_guard import GuardedHttp, HttpReply
from tocsin.adapters.sources.registry import KINDS as CONNECTED
from tocsin.adapters.sources.registry import Connectors, parser
from tocsin.domain.errors import FetchError
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention
from tocsin.domain.recheck import RULES
from tocsin.domain.source_facts import FACTS
from tocsin.domain.source_kinds import KINDS
from tocsin.domain.source_state import SourceState
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
    days = RULES[kind].days if kind in RULES else ()
    assert cells[10].startswith(f"after {', '.join(map(str, days))} days" if days else "–")
    assert all(cells)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_has_an_event_with_a_mention_as_its_connector_makes_it(kind: str) -> None:
    """Invented words in the connector's own shape: its scheme of ids, its medium, addresses of its own places."""
    path = ROOT / "events" / "score_mentions" / f"{kind}.json"
    [record] = json.loads(path.read_text(encoding="utf-8"))["Records"]
    mention = Mention.model_validate_json(record["body"])
    assert mention.source == ("rss" if kind in FEEDS else kind)
    assert NATIVE[mention.source].fullmatch(mention.id.removeprefix(f"{mention.source}:"))
    assert mention.medium == ("news" if kind in TELL_EACH else KINDS[kind].model_fields["medium"].default)
    assert TermMatcher(client().brands[0]).matches(mention.words), "it names the brand of the samples"


_HASH, _NUMBER = r"[0-9a-f]{32}", r"[0-9]+"
NATIVE = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "rss": _HASH,
        "gdelt": _HASH,
        "newsapi": _HASH,
        "brand24": _HASH,
        "appstore": _NUMBER,
        "hackernews": _NUMBER,
        "instagram": _NUMBER,
        "mention": _NUMBER,
        "threads": _NUMBER,
        "x": r"[0-9]{19}",
        "facebook": r"[0-9]+_[0-9]+",
        "bluesky": r"at://did:plc:[a-z2-7]{24}/app\.bsky\.feed\.post/[a-z2-7]{13}",
        "discourse": r"[a-z.]+/[0-9]+/[0-9]+",
        "github": r"[a-z-]+/[a-z-]+#[0-9]+",
        "googlebusiness": r"[A-Za-z0-9]+",
        "googleplay": r"gp:[A-Za-z0-9_-]+",
        "lemmy": r"https://[a-z.]+/comment/[0-9]+",
        "mastodon": r"https://[a-z.]+/users/[a-z]+/statuses/[0-9]+",
        "reddit": r"t[13]_[a-z0-9]+",
        "stackexchange": r"[a-z.]+/[0-9]+",
        "telegram": r"[a-z_]+/[0-9]+",
        "trustpilot": r"[0-9a-f]{24}",
        "youtube": r"[A-Za-z0-9_-]{11}",
    }.items()
}
TELL_EACH = {"rss", "brand24", "mention"}
"""What kind of place it was said in is known of each item, or of each feed; the samples are news."""


@pytest.mark.parametrize("kind", CONNECTED)
def test_a_connector_tells_deletions_or_is_not_asked(kind: str) -> None:
    connector = Connectors(GuardedHttp(), memory.MemorySecrets())[kind]
    assert hasattr(connector, "gone") == (kind in RULES)


@pytest.mark.parametrize("kind", sorted(kind for kind, facts in FACTS.items() if facts.secret and kind != "googleplay"))
def test_what_tocsin_client_secret_asks_for_is_what_the_connector_reads(kind: str) -> None:
    """Google Play's is a file; its own tests read it."""
    shapes = {"service?": "https://pds.example", "token?": "123456:" + "A" * 35}
    fields = {field.rstrip("?"): shapes.get(field, "invented") for field in FACTS[kind].secret}
    asked = client(sources=[{"kind": kind, **ENTRIES.get(kind, {}), **KEYED.get(kind, {})}])
    units = [unit for unit in units_of(asked) if unit.keyed]
    assert units
    for unit in units:
        connector = Connectors(ScriptedWeb(_out_of_order), memory.MemorySecrets(**{kind: fields}))[kind]  # type: ignore[arg-type]
        with pytest.raises(FetchError):
            connector.pull(unit, SourceState(source_id=unit.id), NOON, timedelta(seconds=5))


def _out_of_order(_: Asked) -> HttpReply:
    return reply(b"", 500)


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


KEYED: dict[str, dict[str, Any]] = {
    "mastodon": {"search": True},
    "reddit": {"api": True},
    "stackexchange": {"key": True},
    "github": {"token": True},
}
"""What switches the key on where a kind is read without one as well."""


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
