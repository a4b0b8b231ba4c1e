"""Protects: a plan is told in sentences, whole in each language, and an alert's mail hands over its first hour."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.support.plans import Seen, case, told
from tests.unit.web.samples import AT, LANGUAGES, alert
from tocsin.domain.case import plan_clock
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.chooser import choose, remembered
from tocsin.domain.case.file import What
from tocsin.domain.case.handed import Handed, HandedStep
from tocsin.domain.case.handing import handed
from tocsin.domain.case.plan import settle
from tocsin.domain.client import Language
from tocsin.domain.law import LegalClock
from tocsin.domain.outbox import AlertKind
from tocsin.domain.people import Role
from tocsin.domain.playbook import GENERAL, Way
from tocsin.domain.posture import Cluster, Objection, Obstacle, Outrage, Strategy
from tocsin.domain.scenarios import SCENARIOS
from tocsin.web import plan_words, scenario_words
from tocsin.web.mail import render_email
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (plan_words.OBJECTIONS, Objection),
        (plan_words.OBSTACLES, Obstacle),
        (plan_words.STRATEGIES, Strategy),
        (plan_words.CLUSTERS, Cluster),
        (plan_words.WAYS, Way),
        (scenario_words.SCENARIOS, SCENARIOS),
    ],
)
def test_everything_has_its_words(words: Mapping[object, str], values: object) -> None:
    assert set(words) == set(values)  # type: ignore[call-overload]
    assert len(set(words.values())) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fact_of_a_choice_is_a_sentence_or_needs_none(language: Language) -> None:
    mentions = (told("product_defect", 1, followers=120_000), told("rumour", 2), told("boycott", 3, severity=0.2))
    earlier = case().incident.model_copy(update={"opened_at": AT - timedelta(days=400)})
    past = tuple(earlier.model_copy(update={"id": f"aurora-{number}"}) for number in range(2))
    cause = Cause(injuries=True, outrage=Outrage.EXTREME)
    storm = case().incident.model_copy(update={"opened_at": AT})
    chosen = choose(storm, cause, mentions, remembered(storm, past, ()), LIBRARY)
    moved = ("moved_by=history", "moved_by=outrage", "instead=rumour", f"instead={GENERAL}")
    silent = {"scenario", "severity", "level", "floor", "by"}
    reasons = ("reason=nothing_told", "reason=many_matters", "reason=no_playbook", "by=Olena")
    for fact in (*chosen.why, *moved, *reasons):
        said = plan_words.why_words(language, fact)
        assert bool(said) == (fact.partition("=")[0] not in silent), fact
        assert "%(" not in said
    assert plan_words.why_words(language, "invented=1") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alert_hands_over_the_first_hour_with_owners_clocks_and_what_is_never_done(language: Language) -> None:
    work = case()
    file = plan_clock.due(work, Seen(LIBRARY, (told("product_harm"),))).file
    plan = handed(work.client, file, language)
    assert plan is not None
    book = LIBRARY.of("product_harm")
    assert book is not None
    assert len(plan.steps) == 6
    assert [step.at for step in plan.steps] == sorted(step.at for step in plan.steps)
    mail = render_email(alert(plan=plan, language=language))
    for text in (mail.text, mail.html.replace("&#39;", "'")):
        assert book.never[0].in_(language) in text
        assert plan.steps[0].words in text
    assert len(mail.html.encode()) < 100_000


def test_what_a_person_wrote_into_a_task_is_tamed() -> None:
    step = HandedStep(words=f"Call {HOSTILE} now", at=AT, who=HOSTILE, role=Role.DEPUTY)
    plan = Handed(title=HOSTILE, cited="x v1", guess=True, why=(f"by={HOSTILE}",), steps=(step,), never=(HOSTILE,))
    mail = render_email(alert(plan=plan, language="en"))
    assert "<script>" not in mail.html
    for text in (mail.html, mail.text):
        assert "\u202e" not in text
        assert "\x1b" not in text


@pytest.mark.parametrize("kind", [AlertKind.RESOLVED, AlertKind.TEST])
def test_nobody_is_handed_a_plan_when_nothing_burns(kind: AlertKind) -> None:
    plan = Handed(title="A rumour", cited="rumour v1", guess=False, why=(), steps=(), never=("No joke.",))
    assert "No joke." not in render_email(alert(kind=kind, plan=plan, language="en")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_history_tells_of_the_plan_in_sentences(language: Language) -> None:
    work = case()._replace(by="duty@agency.example")
    planned = plan_clock.due(work, Seen(LIBRARY, (told("rumour"),)))
    settled = settle(work._replace(file=planned.file), (Strategy.INSTRUCT, Strategy.ADJUST))
    for event in (*planned.events, *settled.events):
        said = plan_words.event_words(language, event)
        assert said
        assert "=" not in said
        assert "instruct" not in said
    noted = work.did(What.NOTED, words="we called the plant")
    assert plan_words.event_words(language, noted) == "we called the plant"


def _unread(clock: LegalClock) -> LegalClock:
    return clock.model_copy(update={"read": None})


def test_a_clock_of_the_law_says_what_where_and_how_sure_we_are() -> None:
    assert plan_words.clock_words("en", "gdpr_authority", LIBRARY).endswith("article 33(1)")
    unread = [law.model_copy(update={"clocks": tuple(_unread(one) for one in law.clocks)}) for law in LIBRARY.laws]
    doubtful = LIBRARY.model_copy(update={"laws": tuple(unread)})
    assert plan_words.clock_words("es", "es_court", doubtful).endswith("(?)")
    assert not plan_words.clock_words("es", "es_court", LIBRARY).endswith("(?)")
    assert plan_words.clock_words("en", "gone", LIBRARY) == "gone"
    assert plan_words.clock_start_words("uk", "gdpr_authority", LIBRARY).startswith("момент")
