"""Protects: a dossier tells what is known with its evidence, and guesses nothing of who must not be guessed."""

import ast
from pathlib import Path
from typing import get_type_hints

import pytest

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain import alert
from tocsin.domain.author_record import AuthorRecord, author_key
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.case.dossier import MOST, Dossier, dossiers_of
from tocsin.domain.case.together import SUSPECT, Coordinated
from tocsin.domain.clues import ClueKind, clue
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import ScoredMention
from tocsin.domain.voice import Voice

BRAND = Brand(name="Lumea", terms=("Lumea",), competitors=(Competitor(name="Zorro", terms=("Zorro",)),))
CORE = Path(__file__).parents[4] / "layers" / "core" / "tocsin"


def one(*heard: ScoredMention, together: float = 0.0, record: AuthorRecord | None = None) -> Dossier:
    key = author_key(heard[0].mention)
    assert key is not None
    shared = Coordinated(together, (clue(ClueKind.SAME_TEXT, 9), clue(ClueKind.YOUNG, 3)))
    found = dossiers_of(
        heard, brand=BRAND, records={key: record} if record else {}, together={key: shared} if together else {}
    )
    return found[0]


def classes(of: Dossier) -> dict[Voice, bool]:
    return {guess.voice: guess.for_a_person for guess in of.guesses}


def test_a_voice_has_all_it_said_its_reach_and_its_history() -> None:
    author = Author(handle="ana", name="Ana", followers=40_000, created_at=NOW)
    record = AuthorRecord(
        first_seen=NOW, last_seen=NOW, mentions=7, negative=6, scenarios=(("data_leak", 1), ("rumour", 3))
    )
    heard = [said(f"Lumea is bad {n}", n, author=author, severity=n / 10) for n in range(5)]

    found = one(*heard, record=record)

    assert (found.name, found.mentions, found.reach, found.account_since) == ("Ana", 5, 40_000, NOW)
    assert [spot.mention_id for spot in found.said] == ["social:4", "social:3", "social:2"]
    assert found.history is not None
    assert (found.history.mentions, found.history.scenarios) == (7, ("rumour", "data_leak"))
    assert Voice.INFLUENCER in classes(found)


def test_a_competitor_and_who_acts_together_are_only_questions() -> None:
    rival = one(said("Lumea is bad", author=Author(name="Zorro fan")))
    bot = one(said("Lumea is bad"), together=0.8)

    assert classes(rival)[Voice.COMPETITOR]
    assert classes(bot)[Voice.COORDINATED]
    assert Voice.COORDINATED not in classes(one(said("Lumea is bad"), together=SUSPECT - 0.1))


@pytest.mark.parametrize(
    "text", ["Lumea's night shift sleeps on the floor, I know it", "They work at Lumea for nothing"]
)
def test_nobody_who_keeps_silent_about_themselves_is_an_employee(text: str) -> None:
    assert not {Voice.EMPLOYEE, Voice.FORMER_EMPLOYEE} & set(classes(one(said(text))))


def test_who_writes_in_private_or_has_no_name_has_no_dossier() -> None:
    private = said("Lumea", 1, medium=Medium.PRIVATE)
    nameless = said("Lumea", 2, author=Author())

    assert dossiers_of([private, nameless], brand=BRAND, records={}, together={}) == ()


def test_the_weightiest_come_first_and_only_so_many() -> None:
    crowd = [said("Lumea is bad", n, author=Author(handle=f"h{n}", followers=n)) for n in range(60)]
    star = said("Lumea is bad", 99, author=Author(handle="star", followers=2_000_000))

    found = dossiers_of([*crowd, star], brand=BRAND, records={}, together={})

    assert len(found) == MOST
    assert found[0].handle == "star"


LEAVES = [
    *(CORE / "web").glob("*.py"),
    *(CORE / "services").glob("*.py"),
    *(CORE / "domain").rglob("*.py"),
    *(CORE / "adapters" / "channels").rglob("*.py"),
]
KNOWS = {
    "anonymity", "dossier", "together", "spread", "origin", "insight", "insight_words", "story_hours",
}  # fmt: skip
AGENCY_ALONE = {
    "services/insight.py", "web/insight_words.py", "domain/case/insight.py", "domain/case/dossier.py",
    "domain/case/anonymity.py",
    "domain/case/together.py", "domain/case/spread.py", "domain/case/origin.py", "domain/case/story_hours.py",
    "services/twins.py",
}  # fmt: skip


def test_no_text_that_leaves_the_agency_is_made_of_a_dossier() -> None:
    """Whatever writes mails, SMS, calls, chats, briefs, statements, replies, reports or reviews never imports one; the
    case page's own part (`web/case`) does, and is shown to responders alone."""
    assert len(LEAVES) > 100
    for file in LEAVES:
        if file.relative_to(CORE).as_posix() in AGENCY_ALONE:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tocsin"):
                names = {node.module.rpartition(".")[2], *(alias.name for alias in node.names)}
                assert not names & KNOWS, f"{file.name} imports {names & KNOWS}"
                assert not names & {"Dossier", "Insight", "Insights", "Twins"}, file.name


def test_an_alert_has_no_field_of_a_dossier() -> None:
    fields = {name for kind in (alert.Alert, alert.AlertMention, alert.AlertStory) for name in get_type_hints(kind)}

    assert not fields & {"guesses", "together", "anonymity", "coordination", "dossier", "clues"}
