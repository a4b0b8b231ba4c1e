"""Protects: bad input stops nobody else, nothing is lost, and what is recorded is assessed."""

import json

import pytest

from tests.support.samples import client, mention
from tests.unit.services.support import House
from tocsin.domain.brand_state import BrandState
from tocsin.domain.errors import ConflictError, RejectedItemError
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading
from tocsin.services.score import CHUNK, QueuedMention

GOOD = mention(1).model_dump_json()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "Invalid JSON"),
        ("", "Invalid JSON"),
        ("[]", "not a mention"),
        ('{"id": "rss:1"}', "source: Field required"),
        (json.dumps(json.loads(GOOD) | {"published_at": "yesterday"}), "published_at: "),
        (json.dumps(json.loads(GOOD) | {"published_at": "2026-03-01T10:00:00"}), "published_at: "),
        (json.dumps(json.loads(GOOD) | {"text": "x" * 20_000}), "text: "),
    ],
)
def test_what_is_no_mention_is_set_aside_with_the_reason_and_the_rest_is_done(body: str, reason: str) -> None:
    at = House()

    report = at.score.run([QueuedMention(message_id="bad", body=body), QueuedMention(message_id="good", body=GOOD)])

    assert (report.recorded, report.quarantined, report.failed) == (1, 1, ())
    [(kept, why)] = at.quarantine.kept
    assert kept == body
    assert reason in why


def test_one_mention_that_the_store_refuses_is_found_and_set_aside_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()
    record = at.mentions.record

    def picky(brand: str, chunk: list) -> int:
        if any(scored.mention.id == mention(7).id for scored in chunk):
            raise RejectedItemError("item too large")
        return record(brand, chunk)

    monkeypatch.setattr(at.mentions, "record", picky)
    report = at.hear(*(mention(n) for n in range(20)))

    assert (report.recorded, report.quarantined, report.failed) == (19, 1, ())
    assert "item too large" in at.quarantine.kept[0][1]


def test_a_chunk_that_met_conflicts_to_the_end_comes_again_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()
    record = at.mentions.record
    calls = []

    def conflicted_once(brand: str, chunk: list) -> int:
        calls.append(len(chunk))
        if len(calls) == 1:
            raise ConflictError("busy")
        return record(brand, chunk)

    monkeypatch.setattr(at.mentions, "record", conflicted_once)
    many = [mention(n) for n in range(CHUNK + 5)]
    report = at.hear(*many)

    assert calls == [CHUNK, 5]
    assert len(report.failed) == CHUNK
    assert at.hear(*(m for m in many if m.id in report.failed)).recorded == CHUNK


def test_a_storm_raises_the_level_in_the_same_run() -> None:
    at = House()
    at.clock.forward(minutes=1)
    at.hear(*(mention(n) for n in range(12)))
    assert at.cases.brand_state("Аврора").level >= Level.CRISIS


def test_duplicates_alone_still_bring_what_a_dead_run_left_to_an_assessment() -> None:
    """Protects: a run that died between recording and assessing."""
    at = House()
    from tocsin.services.score import scored_of

    reader = at.score._analyzer
    storm = [mention(n) for n in range(12)]
    at.mentions.record("Аврора", [scored_of(reader, m, client()) for m in storm])

    at.hear(*storm)

    assert at.cases.brand_state("Аврора").level >= Level.CRISIS


def test_trouble_in_the_assessment_does_not_bring_the_mentions_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()

    def busy(*_: object, **__: object) -> None:
        raise ConflictError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(at.cases, "save_assessment", busy)
        assert at.hear(*(mention(n) for n in range(12))).failed == ()

    at.watch.run()
    assert at.cases.brand_state("Аврора").level >= Level.CRISIS


def test_always_alert_makes_a_phrase_or_an_author_grave() -> None:
    always = {"phrases": ["закрити пекарню"], "authors": ["@minister"]}
    at = House(client(always_alert=always))
    at.hear(
        mention(1, text="Аврору треба ЗАКРИТИ ПЕКАРНЮ?", title=None),
        mention(2, text="Про Аврору", title=None, author={"handle": "Minister"}),
        mention(3, text="Про Аврору", title=None),
    )
    severities = {s.mention.id: s.reading.severity for s in at.mentions._mentions.values()}
    assert [severities[mention(n).id] >= 0.9 for n in (1, 2, 3)] == [True, True, False]
    assert [at.mentions._mentions["Аврора", mention(n).id].always for n in (1, 2, 3)] == [True, True, False]


def test_a_brand_that_left_the_file_is_recorded_and_alarms_nobody() -> None:
    at = House()
    assert at.hear(*(mention(n, brand="Gone") for n in range(12))).recorded == 12
    assert at.cases.brand_state("Gone").level is Level.CALM


def test_before_the_client_file_is_there_everything_comes_again() -> None:
    at = House()
    at.score._clients = at.clients.__class__(None)
    assert at.hear(mention(1)).failed == (mention(1).id,)


def test_a_mention_of_a_newer_version_is_read_without_what_we_do_not_know() -> None:
    """Protects: a deployment changes the functions one after the other."""
    at = House()
    newer = json.loads(GOOD) | {"mood": "sour"}
    newer["author"] = newer["author"] | {"karma": 7}
    report = at.score.run([QueuedMention(message_id="1", body=json.dumps(newer))])
    assert (report.recorded, report.quarantined) == (1, 0)


def test_one_mention_that_the_reader_chokes_on_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()
    read = at.score._analyzer.read

    def choking(one: Mention, _: object) -> Reading:
        if one.id == mention(3).id:
            raise ZeroDivisionError
        return read(one)

    monkeypatch.setattr(at.score._analyzer, "read", choking)
    report = at.hear(*(mention(n) for n in range(12)))
    assert (report.recorded, report.quarantined, report.failed) == (11, 1, ())
    assert "ZeroDivisionError" in at.quarantine.kept[0][1]


def test_a_brand_that_cannot_be_assessed_keeps_no_other_from_being_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    brands = [{"name": "A", "terms": ["aaa"]}, {"name": "Z", "terms": ["zzz"]}]
    at = House(client(brands=brands))
    state = at.cases.brand_state

    def broken(brand: str) -> BrandState:
        if brand == "A":
            raise ValueError("unreadable state")
        return state(brand)

    monkeypatch.setattr(at.cases, "brand_state", broken)
    report = at.hear(*(mention(n, brand="A") for n in range(3)), *(mention(n, brand="Z") for n in range(12)))
    assert (report.recorded, report.failed) == (15, ())
    assert at.cases.brand_state("Z").level >= Level.CRISIS


def test_what_the_reader_says_of_private_words_is_not_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # GIVEN a reader whose error quotes what it read
    at = House()

    def choking(one: Mention, _: object) -> Reading:
        raise ValueError(one.text)

    monkeypatch.setattr(at.score._analyzer, "read", choking)
    at.hear(mention(1, text="отруїлися всією родиною", medium="private"))
    # THEN the log has its kind and place alone
    (record,) = caplog.records
    assert (vars(record)["kind"], record.exc_info) == ("ValueError", None)
    assert "services/test_score.py:" in vars(record)["at"]
    assert "отруїлися" not in str(vars(record))
