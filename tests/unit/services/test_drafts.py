"""Protects: drafts come from confirmed facts, a model only ever words them within its money, and a template stands for
whatever goes wrong."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.casefile import ANNA, BOHDAN, DIRECTOR
from tests.support.casefile import agency as agency_of
from tests.support.samples import NOON, scored
from tocsin.adapters.memory import MemoryBudgets, MemoryClientStore, MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.texts import Source, TextState
from tocsin.domain.client import Client
from tocsin.domain.errors import CloudReaderError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.mention import Author, Medium
from tocsin.domain.posture import Strategy, Truth
from tocsin.domain.replies import ReplyError, ReplyFacts, Stance, reply
from tocsin.domain.statements import Facts, FactsMissingError
from tocsin.domain.word_settings import Address, WordSettings
from tocsin.domain.writing import Order
from tocsin.ports import Writer
from tocsin.services.casework import Casework
from tocsin.services.drafts import DraftError, Drafts

BEDROCK = {"by": "bedrock", "model": "eu.amazon.nova-lite-v1:0", "monthly_usd": 1}
FACTS = ReplyFacts(contact="help@bakery.example")


class FixedClock:
    def now(self) -> datetime:
        return NOON


class SaidWriter:
    """A model that says this."""

    def __init__(self, said: str | Exception, usd: Decimal = Decimal("0.001")) -> None:
        self.said = said
        self.usd = usd
        self.orders: list[Order] = []

    def cost(self, order: Order) -> Decimal:
        return Decimal("0.01")

    def write(self, order: Order) -> tuple[str, Decimal]:
        self.orders.append(order)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said, self.usd


class World:
    def __init__(self, client: Client, writer: Writer | None = None, **facts: Any) -> None:
        self.client = client
        self.cases = MemoryCaseStore()
        self.mentions = MemoryMentionStore()
        self.budgets = MemoryBudgets()
        incident = Incident.opened(
            id="aurora-1", client="aurora", brand="Аврора", level=Level.CRISIS, index=70.0, reasons=(), at=NOON
        )
        file = CaseFile.opened(incident).with_(version=1, **facts)
        self.cases.save_assessment(self.cases.brand_state("Аврора").model_copy(update={"version": 1}),
                                   incident=incident, file=file)  # fmt: skip
        self.casework = Casework(clients=MemoryClientStore(client), cases=self.cases, clock=FixedClock())

        def writers(settings: WordSettings) -> Writer | None:
            return writer if settings.by == "bedrock" else None

        self.drafts = Drafts(
            casework=self.casework, mentions=self.mentions, clock=FixedClock(), writers=writers, budgets=self.budgets
        )

    def heard(self, author: Author | None = None, **facts: Any) -> str:
        one = scored(1, **facts)
        if author is not None:
            one = one.model_copy(update={"mention": one.mention.model_copy(update={"author": author})})
        one = one.model_copy(update={"reading": one.reading.model_copy(update={"complaint": 0.9})})
        self.mentions.record("Аврора", [one])
        return one.mention.id


def test_a_reply_is_drafted_in_ukrainian_to_the_author_and_waits_for_another_to_approve_it() -> None:
    # GIVEN a complaint in a crisis, by somebody with a name
    world = World(agency_of())
    mention = world.heard(author=Author(name="Олена Коваль", handle="olena"), language="ru")

    # WHEN a responder asks for a reply
    made = world.drafts.reply("aurora-1", ANNA, mention, FACTS)

    # THEN it is a draft of theirs, in Ukrainian, to her, and kept in the case
    assert made.text.text.startswith("Олено, добрий день!")
    assert (made.text.author, made.text.state, made.text.language) == (ANNA, TextState.DRAFT, "uk")
    assert made.text.strategies == (Strategy.INSTRUCT, Strategy.ADJUST)
    file = world.cases.case_file("aurora-1")
    assert file is not None
    assert file.texts == (made.text,)
    assert [event.of for event in world.cases.case_events("aurora-1")] == ["text-1"]


def test_who_works_there_is_not_called_by_name_in_public() -> None:
    world = World(agency_of())
    mention = world.heard(author=Author(name="Олена Коваль"))
    made = world.drafts.reply("aurora-1", ANNA, mention, FACTS, stance=Stance.PROTECT)
    assert "Олено" not in made.text.text


def test_a_private_complaint_never_becomes_a_public_reply_nor_reaches_a_model() -> None:
    writer = SaidWriter("Добрий день!")
    world = World(agency_of(words=BEDROCK), writer)
    mention = world.heard(medium=Medium.PRIVATE)
    with pytest.raises(DraftError, match="own thread"):
        world.drafts.reply("aurora-1", ANNA, mention, FACTS)
    assert writer.orders == []


def test_a_claim_found_false_is_corrected_with_its_proof_or_not_at_all() -> None:
    cause = Cause(truth=Truth.FALSE, verified_by=BOHDAN, verified_at=NOON, proof="https://bakery.example/facts")
    world = World(agency_of(), cause=cause)
    mention = world.heard()
    with pytest.raises(ReplyError, match="proof"):
        world.drafts.reply("aurora-1", ANNA, mention, FACTS)
    facts = FACTS.model_copy(update={"right": "хліб спекла інша пекарня", "proof": "https://bakery.example/facts"})
    made = world.drafts.reply("aurora-1", ANNA, mention, facts)
    assert Strategy.DENIAL in made.text.strategies
    assert "https://bakery.example/facts" in made.text.text


def test_a_statement_is_made_of_facts_and_names_what_is_missing() -> None:
    world = World(agency_of())
    known = datetime(2026, 3, 2, 11, tzinfo=UTC)
    with pytest.raises(FactsMissingError, match="action"):
        world.drafts.statement("aurora-1", ANNA, Kind.NOTICE, Facts(known_at=known, what="14 людям стало зле"))
    facts = Facts(
        known_at=known, what="14 людям стало зле після торта", action="продаж зупинено",
        advice="не вживайте торт", contact="help@bakery.example",
    )  # fmt: skip
    made = world.drafts.statement("aurora-1", ANNA, Kind.NOTICE, facts, audience="customers")
    assert made.text.audience == "customers"
    assert "14 людям стало зле після торта" in made.text.verified
    assert "13:00" in made.text.text  # the client's clock


@pytest.mark.parametrize("address", ["informal", "formal"])
def test_how_the_client_speaks_and_in_what_language_reaches_what_is_drafted(address: Address) -> None:
    # GIVEN a client that answers in Spanish or English alone, and pays for a model
    writer = SaidWriter("")
    file = agency_of(words={**BEDROCK, "address": address}, reply_languages=["es", "en"])
    world = World(file, writer)
    known = datetime(2026, 3, 2, 11, tzinfo=UTC)
    facts = Facts(
        known_at=known, what="varias personas enfermaron", action="hemos retirado la tarta",
        advice="no coma la tarta", contact="help@bakery.example",
    )  # fmt: skip

    # WHEN a reply to somebody who writes Ukrainian, one to who writes English, and a statement are drafted
    foreign = world.drafts.reply("aurora-1", ANNA, world.heard(), FACTS)
    english = scored(2)
    english = english.model_copy(
        update={"reading": english.reading.model_copy(update={"language": "en", "complaint": 0.9})}
    )
    world.mentions.record("Аврора", [english])
    spoken = world.drafts.reply("aurora-1", ANNA, english.mention.id, FACTS)
    said = world.drafts.statement("aurora-1", ANNA, Kind.NOTICE, facts)

    # THEN both follow the file: its languages, and its way to address people in the template and for the model
    assert [one.text.language for one in (foreign, spoken, said)] == ["es", "en", "es"]
    assert [order.address for order in writer.orders] == [address] * 3
    assert foreign.text.text == reply(Stance.RESTORE, Truth.UNKNOWN, FACTS, "es", address=address)


def prepared_file(**changes: Any) -> dict[str, Any]:
    return {
        "scenario": "rumour", "kind": "reply", "language": "uk", "approved_by": DIRECTOR,
        "text": "Дякуємо, що написали. Розуміємо тривогу; саме перевіряємо.", "expires": date(2026, 3, 2), **changes,
    }  # fmt: skip


def test_a_text_approved_ahead_may_go_out_at_once_while_it_is_good() -> None:
    world = World(agency_of(prepared_texts=[prepared_file()]), cause=Cause(scenario="rumour"))
    made = world.drafts.prepared("aurora-1", ANNA, Kind.REPLY, mention_id=world.heard())
    assert (made.text.state, made.text.approved_by, made.text.source) == (
        TextState.APPROVED, DIRECTOR, Source.PREPARED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expires": date(2026, 3, 1)}, "expired on 2026-03-01"),
        ({"scenario": "boycott"}, "no reply text for rumour in uk"),
        ({"language": "es"}, "no reply text for rumour in uk"),
    ],
)
def test_what_has_expired_or_was_not_prepared_is_said(change: dict[str, Any], said: str) -> None:
    world = World(agency_of(prepared_texts=[prepared_file(**change)]), cause=Cause(scenario="rumour"))
    with pytest.raises(DraftError, match=said):
        world.drafts.prepared("aurora-1", ANNA, Kind.REPLY, mention_id=world.heard())


GOOD_WORDS = (
    "Добрий день! Дякуємо, що розповіли. Розуміємо, як це неприємно, і ставимося до цього серйозно. Зараз перевіряємо,"
    " що сталося. Будь ласка, напишіть нам на help@bakery.example, коли й де це було."
)


def test_a_models_words_are_used_and_paid_for_as_billed() -> None:
    writer = SaidWriter(GOOD_WORDS)
    world = World(agency_of(words=BEDROCK), writer)
    made = world.drafts.reply("aurora-1", ANNA, world.heard(), FACTS)
    assert (made.text.text, made.text.source, made.fallback) == (GOOD_WORDS, Source.MODEL, None)
    assert world.budgets.used("writer-bedrock", "2026-03").usd == Decimal("0.001")
    [order] = writer.orders
    assert order.facts == ("help@bakery.example",)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        GOOD_WORDS.replace("help@bakery.example", "evil@x.example"),
        GOOD_WORDS.replace("на help@bakery.example", "нам"),
        GOOD_WORDS + " Деталі: https://evil.example/x",
        GOOD_WORDS + " Постраждали 14 людей.",
        GOOD_WORDS + " Мабуть, винен постачальник.",
        GOOD_WORDS + " Ми повернемо вам гроші.",
        "Hello! Thank you for telling us. We are sorry. Please write to help@bakery.example.",
        "Здравствуйте! Мы очень сожалеем, что вы это пережили. Напишите нам на help@bakery.example.",
        GOOD_WORDS * 9,
        CloudReaderError("ThrottlingException", usd=Decimal(0), away=True),
        CloudReaderError("stopped: max_tokens", usd=Decimal("0.004")),
        RuntimeError("anything"),
    ],
)
def test_whatever_a_model_does_wrong_the_template_stands(said: str | Exception) -> None:
    world = World(agency_of(words=BEDROCK), SaidWriter(said))
    made = world.drafts.reply("aurora-1", ANNA, world.heard(), FACTS)
    assert made.text.source is Source.TEMPLATE
    assert made.fallback
    assert "help@bakery.example" in made.text.text


def test_a_months_money_is_never_passed() -> None:
    writer = SaidWriter(GOOD_WORDS, usd=Decimal("0.01"))
    world = World(agency_of(words={**BEDROCK, "monthly_usd": "0.02"}), writer)
    mention = world.heard()
    made = [world.drafts.reply("aurora-1", ANNA, mention, FACTS) for _ in range(4)]
    assert [one.text.source for one in made] == [Source.MODEL] * 2 + [Source.TEMPLATE] * 2
    assert made[3].fallback == "this month's money for drafts is used up"
    assert world.budgets.used("writer-bedrock", "2026-03").usd == Decimal("0.02")


def test_a_client_that_pays_for_no_model_asks_none() -> None:
    writer = SaidWriter(GOOD_WORDS)
    world = World(agency_of(), writer)
    made = world.drafts.reply("aurora-1", ANNA, world.heard(), FACTS)
    assert (made.fallback, writer.orders) == (None, [])
