"""Protects: the morning mail says when, who and why in each language, runs nobody's script, and names the command."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.web.samples import LANGUAGES, mention
from tocsin.domain.alert import Heard
from tocsin.domain.client import Language
from tocsin.domain.controls import Mute, Pause
from tocsin.domain.judgement import Shift
from tocsin.domain.levels import Level
from tocsin.domain.readiness_report import Check, Finding, Found, PolicyPast, ReadinessReport, State
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.domain.report import BrandLine, Coming, Report, ReportKind, SilentAlarm, Storm
from tocsin.domain.silent import Silent
from tocsin.web.report import render_report

AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)


def alarm(**changes: Any) -> SilentAlarm:
    silent = Silent(
        incident_id="aurora-4",
        alert_no=1,
        brand="Аврора",
        level=Level.CRISIS,
        index=71,
        reasons=(Reason(name=ReasonName.SURGE, points=34, count=47, minutes=60, usual=2.6),),
        at=NIGHT,
        mute=Mute.SHADOW,
    )
    return SilentAlarm(**{"silent": silent, "woken": ("Olha",), "gravest": mention()} | changes)


def report(**changes: Any) -> Report:
    facts: dict[str, Any] = {
        "kind": ReportKind.SHADOW,
        "client": "aurora",
        "client_name": "Пекарні «Аврора»",
        "at": AT,
        "since": AT - timedelta(days=1),
        "language": "en",
        "timezone": "Europe/Kyiv",
        "arm_on": date(2026, 11, 25),
        "alarms": (alarm(),),
        "brands": (BrandLine(brand="Аврора", level=Level.CALM, index=3, mentions=128, negative=4),),
        "heard": Heard(healthy=7, total=8, ill=("Telegram @podil",)),
    }
    return Report(**facts | changes)


def test_it_says_when_whom_and_why_and_how_to_answer() -> None:
    text = render_report(report()).text
    assert "At 02:10 I would have woken Olha, because:" in text
    assert "47 people" in text
    assert "Right: tocsin mark infra/clients/aurora.yaml --incident aurora-4 was-a-crisis" in text
    assert "Wrong: tocsin mark infra/clients/aurora.yaml --incident aurora-4 not-a-crisis" in text
    assert "To arm it: tocsin arm infra/clients/aurora.yaml" in text
    assert "7 of 8 sources are heard." in text
    assert "Not heard right now: Telegram @podil." in text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 25), "expected to arm it in 3 days"),
        (date(2026, 11, 22), "it never arms itself"),
        (date(2026, 1, 1), "it never arms itself"),
    ],
)
def test_it_reminds_that_a_person_arms(day: date, said: str) -> None:
    assert said in render_report(report(arm_on=day)).text


def test_who_would_have_been_written_to_is_told_apart_from_who_would_have_been_woken() -> None:
    assert "written to Taras" in render_report(report(alarms=(alarm(woken=(), written=("Taras",)),))).text
    assert "connected systems alone" in render_report(report(alarms=(alarm(woken=()),))).text


@pytest.mark.parametrize(
    ("points", "said"), [(-5.0, "take 5 points away until 22 December 2026"), (10.0, "add 10 points")]
)
def test_a_shift_is_visible(points: float, said: str) -> None:
    shift = Shift(points=points, since=AT, until=AT + timedelta(days=30))
    line = BrandLine(brand="Аврора", level=Level.CALM, index=3, mentions=1, negative=0, shift=shift)
    assert said in render_report(report(brands=(line,))).text


@pytest.mark.parametrize(
    ("until", "said"), [(None, "Burning since 02:10, because:"), (AT, "Burned 02:10 – 08:00, because:")]
)
def test_a_week_tells_its_storms_and_asks_whether_they_were_right(until: datetime | None, said: str) -> None:
    storm = Storm(
        incident_id="aurora-4", brand="Аврора", level=Level.CRISIS, since=NIGHT, until=until,
        reasons=alarm().silent.reasons,
    )  # fmt: skip
    text = render_report(report(kind=ReportKind.WEEK, alarms=(), storms=(storm,))).text
    assert said in text
    assert "47 people" in text
    assert "--incident aurora-4 not-a-crisis" in text


def test_a_storm_of_the_week_names_who_declared_it_and_nothing_hostile_gets_in() -> None:
    storm = Storm(
        incident_id="aurora-4", brand="Аврора", level=Level.CRISIS, since=NIGHT, until=None, reasons=(),
        declared=("Olha", "the plant\r\ncalled: <b>fire</b>"),
    )  # fmt: skip
    mail = render_report(report(kind=ReportKind.WEEK, alarms=(), storms=(storm,)))
    assert "Declared by Olha: the plant called: <b>fire</b>" in mail.text
    assert "<b>fire</b>" not in mail.html


def test_private_words_stay_private() -> None:
    text = render_report(report(alarms=(alarm(gravest=mention(private="A-1", title="secret")),))).text
    assert "A private complaint, no. A-1" in text
    assert "secret" not in text


def test_a_pause_is_told_with_its_reason_and_no_command_to_arm() -> None:
    pause = Pause(since=NIGHT, until=AT + timedelta(hours=2), by="olha", reason="launch")
    text = render_report(report(kind=ReportKind.PAUSED, pause=pause)).text
    assert "Paused by olha until 10:00" in text
    assert "Reason: launch" in text
    assert "tocsin arm" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ReportKind)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_every_kind_is_whole_in_every_language(language: Language, kind: ReportKind, count: int) -> None:
    pause = Pause(since=NIGHT, until=AT, by="olha") if kind in {ReportKind.PAUSED, ReportKind.RESUMED} else None
    event = Coming(name="Launch", start=AT, end=AT + timedelta(days=1), watchful=True)
    mail = render_report(
        report(kind=kind, language=language, pause=pause, alarms=(alarm(),) * count, more=count, events=(event,))
    )
    assert "\n" not in mail.subject
    assert f'lang="{language}"' in mail.html
    assert len(mail.html.encode()) < 100_000
    assert "%(" not in mail.html + mail.text
    assert mail.text.count("not-a-crisis") == count


HOSTILE = st.text(max_size=300) | st.just('"><script>alert(1)</script>\r\nBcc: x@y.z')


@given(said=HOSTILE, link=HOSTILE, kind=st.sampled_from(ReportKind))
def test_words_from_outside_stay_words(said: str, link: str, kind: ReportKind) -> None:
    hostile = mention(title=said, excerpt=said, author=said, url=link)
    pause = Pause(since=NIGHT, until=AT, by="x", reason="y") if kind is ReportKind.PAUSED else None
    silent = alarm().silent.model_copy(update={"brand": said, "incident_id": said})
    mail = render_report(
        report(
            kind=kind,
            client_name=said,
            pause=pause,
            alarms=(alarm(silent=silent, woken=(said,), gravest=hostile),),
            brands=(BrandLine(brand=said, level=Level.CALM, index=0, mentions=0, negative=0),),
            events=(Coming(name=said, start=AT, end=AT, watchful=False),),
            heard=Heard(healthy=0, total=1, ill=(said,)),
        )
    )
    assert "<script" not in mail.html.lower()
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert len(mail.subject) <= 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_of_policies_that_vanished_and_how_much_else_is_wanting(language: Language) -> None:
    url = "https://aurora.example/contact"
    trouble = ("communication", url, "it answers with status 404")
    found = ReadinessReport(
        at=AT,
        findings=(
            Finding(check=Check.POLICIES, state=State.WANTING, found=Found.POLICY_UNREAD, of=trouble),
            Finding(check=Check.PEOPLE, state=State.WANTING, found=Found.WAY_UNTRIED, of=("Olha", "phone", "90")),
        ),
        policies=(
            PolicyPast(
                kind="communication",
                url=url,
                whole_at=AT - timedelta(days=4),
                troubled_since=AT - timedelta(days=3),
                unread_since=AT - timedelta(days=3),
            ),
        ),
    )

    shown = render_report(report(language=language, ready=found))
    fresh = found.policies[0].model_copy(update={"unread_since": AT})
    hiccup = render_report(report(language=language, ready=found.model_copy(update={"policies": (fresh,)})))

    for told in (shown.text, shown.html):
        assert "tocsin ready infra/clients/aurora.yaml" in told
        assert "aurora.example/contact" in told
        assert "18" in told
        assert "404" in told
    assert "aurora.example/contact" not in hiccup.text
    assert "tocsin ready" not in render_report(report(language=language)).text


def test_a_week_in_which_nothing_is_wanting_says_so() -> None:
    whole = ReadinessReport(at=AT, findings=(Finding(check=Check.SHADOW, state=State.OK, found=Found.ARMED),))
    assert "Nothing is wanting" in render_report(report(kind=ReportKind.WEEK, ready=whole)).text
    assert "Nothing is wanting" not in render_report(report(ready=whole)).text
