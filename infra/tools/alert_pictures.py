"""Draw sample alerts and answering pages as people see them: phone and desktop, light and dark, without images, in
three languages; and the README's.

    .venv/bin/python infra/tools/alert_pictures.py [OUT_DIR [PATTERN]]

Writes HTML and PNG files to OUT_DIR (build/alerts), those whose name fits PATTERN (like uk-page-*), and without a
PATTERN docs/images/alert-uk.png. Needs chromium. Names are invented.
"""

import html
import sys
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from string import Template

from chromium import framed, photograph, shoot

from tocsin.domain import escalation
from tocsin.domain.alert import Alert, AlertMention, AlertStory, Heard, Told
from tocsin.domain.case.file import CaseFile
from tocsin.domain.client import Client, Language
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.web.answer import Typed, case_page, reader_for, tell_page, verdict_page
from tocsin.web.answer_people import Seen
from tocsin.web.i18n import Reader
from tocsin.web.mail import render_email
from tocsin.web.pages import Page
from tocsin.web.sms import render_sms, sms_segments
from tocsin.web.view import mail_view

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 1, 14, tzinfo=UTC)
PHONE, DESKTOP = 390, 720
ANSWER = "https://t.agency.example/a/AbCdE0123456"

BRANDS: dict[Language, str] = {"uk": "Аврора", "es": "Aurora", "en": "Aurora"}
ZONES: dict[Language, str] = {"uk": "Europe/Kyiv", "es": "Europe/Madrid", "en": "Europe/London"}
CLIENTS: dict[Language, str] = {
    "uk": "Пекарні «Аврора»", "es": "Panaderías Aurora", "en": "Aurora Bakeries",
}  # fmt: skip
TOLD: dict[Language, tuple[str, str]] = {
    "uk": ("Олена Коваль", "Чергова редакція"),
    "es": ("Lucía Herrero", "Guardia nocturna"),
    "en": ("Helen Marsh", "Night desk"),
}
WORDS: dict[Language, str] = {
    "uk": "Зупинили рекламу, дзвонимо власниці", "es": "Anuncios parados, llamamos a la dueña",
    "en": "Ads are paused, calling the owner",
}  # fmt: skip
WANTED = sys.argv[2] if len(sys.argv) > 2 else "*"
DEVICES = (("phone", PHONE), ("desktop", DESKTOP))
Sample = tuple[str, str, str, str | None, int | None]
MENTIONS: dict[Language, tuple[Sample, ...]] = {
    "uk": (
        ("Діти потрапили до лікарні після тістечок «Аврори»",
         "Троє дітей із температурою та блювотою. Усі їли еклери з однієї крамниці на Подолі. У мережі поки мовчать.",
         "https://t.me/podil_sogodni/8841", "Поділ сьогодні", 84_300),
        ("", "Моїй доньці 6 років, друга година під крапельницею. @avrora_bakery, візьміть нарешті слухавку!",
         "https://social.example/@olha_m/113402", "Ольга М.", 1_240),
        ("«Аврора» годує дітей простроченим?", "Покупці публікують фото цінників із переклеєними датами.",
         "https://novyny-kyieva.example/avrora-eklery", "Новини Києва", None),
    ),
    "es": (
        ("Tres niños ingresados tras comer pasteles de Aurora",
         "Los tres compraron en la misma tienda de Ruzafa. La cadena no responde al teléfono desde anoche.",
         "https://noticias-valencia.example/aurora-ninos", "Noticias de Valencia", 84_300),
        ("", "Mi hija tiene 6 años y lleva dos horas con suero. @panaderia_aurora, ¡contesten de una vez!",
         "https://social.example/@marta_g/113402", "Marta G.", 1_240),
        ("¿Fechas cambiadas en Aurora?", "Clientes publican fotos de etiquetas con la fecha tapada.",
         "https://foro-consumo.example/t/4410", None, None),
    ),
    "en": (
        ("Three children in hospital after Aurora pastries",
         "All three ate eclairs from the same shop. The chain has not answered its phone since last night.",
         "https://citynews.example/aurora-children", "City News", 84_300),
        ("", "My daughter is six and has been on a drip for two hours. @aurora_bakery, pick up the phone!",
         "https://social.example/@kate_w/113402", "Kate W.", 1_240),
        ("Changed dates at Aurora?", "Customers post photos of labels with the date covered.",
         "https://consumer-forum.example/t/4410", None, None),
    ),
}  # fmt: skip


def sample(language: Language, level: Level, kind: AlertKind = AlertKind.RAISED, *, yours: bool = False) -> Alert:
    minutes = (37, 21, 9)
    mentions = tuple(
        AlertMention(
            title=title, excerpt=excerpt, url=url, author=author, followers=followers, language=language,
            published_at=AT - timedelta(minutes=ago),
        )
        for (title, excerpt, url, author, followers), ago in zip(MENTIONS[language], minutes, strict=True)
    )  # fmt: skip
    resolved = kind is AlertKind.RESOLVED
    reasons = (
        Reason(name=ReasonName.SURGE, points=28, count=47, minutes=60, usual=2.6),
        Reason(name=ReasonName.GRAVE, points=22, count=12, minutes=60, share=0.9),
        Reason(name=ReasonName.ACCELERATION, points=10, count=29, minutes=12, usual=9),
        Reason(name=ReasonName.SPREAD, points=7, count=3, minutes=180, usual=31),
        Reason(name=ReasonName.REACH, points=6, count=84_000, minutes=60),
        Reason(name=ReasonName.NEGATIVITY, points=5, count=62, minutes=60, share=0.758, usual=0.21),
    )
    first, second = TOLD[language]
    return Alert(
        id="aurora-20261122-1/1/email/duty@agency.example", incident_id="aurora-20261122-1", kind=kind,
        client_name=CLIENTS[language], brand=BRANDS[language], level=Level.CALM if resolved else level,
        index=8 if resolved else 78, reasons=() if resolved else reasons,
        opened_at=AT - (timedelta(hours=31, minutes=20) if resolved else timedelta(minutes=16)), at=AT,
        recipient="duty@agency.example", language=language, timezone=ZONES[language],
        negative=2 if resolved else 47, total=19 if resolved else 62, window_minutes=60,
        mentions=() if resolved else mentions,
        story=AlertStory(title=MENTIONS[language][0][0], size=31, since=AT - timedelta(minutes=102)),
        answer=ANSWER, missed=(first, second) if kind is AlertKind.ESCALATED else (), yours=yours,
        heard=Heard(healthy=7, total=8, ill=("Telegram: podil_sogodni",)),
        others=(Told(name=first, channels=(Channel.SMS, Channel.EMAIL)), Told(name=second, channels=(Channel.EMAIL,))),
    )  # fmt: skip


def picture(name: str, document: str, out: Path, widths: tuple[tuple[str, int], ...] = DEVICES) -> None:
    if fnmatch(name, WANTED):
        photograph(name, document, out, widths)


def draw(name: str, alert: Alert, out: Path) -> None:
    mail = render_email(alert)
    (out / f"{name}.html").write_text(mail.html, encoding="utf-8")
    (out / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}\n\nSMS: {render_sms(alert)}\n", encoding="utf-8")
    picture(name, mail.html, out)


def people(language: Language) -> Client:
    """A client's file with the sample's people; one contact of theirs."""
    first, second = TOLD[language]
    return Client.model_validate(
        {
            "client": "aurora", "name": CLIENTS[language], "timezone": ZONES[language], "language": language,
            "brands": [{"name": BRANDS[language], "terms": [BRANDS[language]]}],
            "responders": [
                {"name": first, "email": "duty@agency.example", "phone": "+380441234567", "role": "responsible"},
                {"name": second, "email": "deputy@agency.example", "phone": "+380671234567", "role": "deputy"},
            ],
            "client_contacts": [
                {"name": TOLD[language][0], "email": "owner@aurora.example", "phone": "+380501234567", "role": "CEO"}
            ],
        }
    )  # fmt: skip


def case(language: Language, *, mine: bool) -> Seen:
    """The sample's storm, twelve minutes on: nobody answered, or the reader took it."""
    client, alert = people(language), sample(language, Level.CRISIS)
    storm = Incident.opened(
        id=alert.incident_id, client="aurora", brand=alert.brand, level=alert.level, index=alert.index,
        reasons=alert.reasons, at=alert.opened_at,
    )  # fmt: skip
    moved = escalation.alarm(client, storm, AlertKind.RAISED, alert.opened_at)
    items = tuple(item.model_copy(update={"status": DeliveryStatus.SENT}) for item in moved.outbox)
    incident = moved.incident
    if mine:
        incident = escalation.acknowledge(client, incident, "duty@agency.example", AT).incident
        incident = escalation.act(client, incident, "duty@agency.example", AT, WORDS[language]).incident
    now, me = AT + timedelta(minutes=2), client.responders[0]
    return Seen(client, incident, items, alert.mentions, me, now, ANSWER, CaseFile.opened(incident))


def draw_pages(language: Language, out: Path) -> None:
    asked, mine = case(language, mine=False), case(language, mine=True)
    page = Page(reader_for(asked.client, asked.me), asked.client.name, ANSWER)
    for name, document in (
        ("asked", case_page(page, asked, Typed())),
        ("mine", case_page(page, mine, Typed())),
        ("tell", tell_page(page, mine, 0, None)),
        ("verdict", verdict_page(page, mine.incident, action=ANSWER, now=mine.now, said=None)),
    ):
        picture(f"{language}-page-{name}", document, out, (("phone", PHONE),))


TEXTS = """<!DOCTYPE html><html lang="$language"><meta charset="utf-8">
<meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; font: 17px/24px 'Liberation Sans', sans-serif; background: #fff; color: #16191c; }
p { margin: 0 0 4px; padding: 10px 14px; border-radius: 18px; background: #e9e9eb; overflow-wrap: anywhere; }
small { display: block; margin: 0 0 16px 14px; color: #5b646d; }
@media (prefers-color-scheme: dark) {
  body { background: #000; color: #f2f4f5; }
  p { background: #26262a; }
  small { color: #a7afb6; }
}
</style>$bubbles</html>"""
AWS_HOST = "https://abc123defg.execute-api.eu-central-1.amazonaws.com/a/AbCdE0123456"


def draw_texts(language: Language, out: Path) -> None:
    """Every SMS with its segments, by a short address and by AWS's."""
    bubbles = []
    for kind, yours in (
        (AlertKind.RAISED, False), (AlertKind.REMINDED, False), (AlertKind.REMINDED, True),
        (AlertKind.ESCALATED, False), (AlertKind.EXPIRED, False), (AlertKind.RESOLVED, False),
        (AlertKind.TEST, False), (AlertKind.CLIENT, False),
    ):  # fmt: skip
        alert = sample(language, Level.CRISIS, kind, yours=yours)
        for answer in (ANSWER, AWS_HOST):
            text = render_sms(alert.model_copy(update={"answer": answer}))
            counted = sms_segments(text)
            said = f"{kind.value}{', to who took it' if yours else ''}: {counted.segments} x {counted.encoding}"
            bubbles.append(f"<p>{html.escape(text)}</p><small>{said}, {counted.units} units</small>")
            if answer not in text:
                break
    picture(
        f"{language}-sms", Template(TEXTS).substitute(language=language, bubbles="".join(bubbles)), out,
        (("phone", PHONE),),
    )  # fmt: skip


SCENE = """<!DOCTYPE html><html lang="uk"><meta charset="utf-8"><style>
body { margin: 0; width: 1440px; height: 960px; background: #e4e8ec; display: flex; gap: 56px;
  align-items: center; justify-content: center; font-family: 'Liberation Sans', Arial, sans-serif; }
.phone { width: 390px; height: 844px; border-radius: 52px; border: 12px solid #17191c; overflow: hidden;
  position: relative; background: #0f1113; box-shadow: 0 0 0 1px #3a3f45; }
.bar { height: 44px; display: flex; justify-content: space-between; align-items: center; padding: 4px 30px 0;
  color: #fff; font-size: 15px; font-weight: 600; box-sizing: border-box; }
.lock { background: #131c2b; height: 100%; color: #fff; text-align: center; }
.clock { font-size: 92px; font-weight: 700; margin: 4px 0 72px; letter-spacing: -2px; line-height: 1; }
.date { font-size: 20px; margin-top: 52px; color: #d5dbe3; }
.note { margin: 12px 14px 0; text-align: left; background: #333d4b; border-radius: 22px; padding: 15px 17px 17px;
  font-size: 17px; line-height: 24px; overflow-wrap: anywhere; }
.note b { display: block; } .note small { float: right; font-size: 14px; }
.app, .more { color: #b6bec8; font-size: 13px; letter-spacing: .4px; margin-bottom: 3px; }
.more { font-size: 15px; line-height: 21px; letter-spacing: 0; margin: 2px 0 0; max-height: 63px; overflow: hidden; }
</style><body>
<div class="phone"><div class="lock">$top<div class="date">$day</div><div class="clock">$clock</div>
<div class="note"><div class="app"><small>$now</small>SMS</div><b>Tocsin</b>$sms</div>
<div class="note"><div class="app"><small>$now</small>$post</div><b>$subject</b><p class="more">$preheader</p></div>
</div></div>
<div class="phone">$top$mail</div>
<div class="phone">$top$mail</div>
<script>onload = () => { const view = document.querySelectorAll('iframe')[1].contentWindow;
const steps = view.document.querySelectorAll('h2')[2];
view.scrollTo(0, steps.getBoundingClientRect().top - 18); }</script>
</body></html>"""


def compose(alert: Alert, out: Path, picture: Path) -> None:
    """The really rendered SMS and mail, each on a phone; the third phone has scrolled to what to do."""
    reader = Reader(alert.language, alert.timezone)
    mail = render_email(alert)
    clock = reader.clock(alert.at)
    page = out / ".scene.html"
    page.write_text(
        Template(SCENE).substitute(
            clock=clock, day=f"неділя, {reader.day(alert.at)}", now="зараз", post="ПОШТА",
            top=f'<div class="bar"><span>{clock}</span><span>5G</span></div>',
            sms=html.escape(render_sms(alert)), subject=html.escape(mail.subject),
            preheader=html.escape(mail_view(alert).preheader), mail=framed(mail.html, PHONE, 800),
        ),
        encoding="utf-8",
    )  # fmt: skip
    picture.parent.mkdir(parents=True, exist_ok=True)
    shoot(page, picture, 1440, 960, dark=True)
    page.unlink()


def main() -> None:
    out = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "alerts"
    out.mkdir(parents=True, exist_ok=True)
    if WANTED == "*":
        compose(sample("uk", Level.CRISIS), out, ROOT / "docs" / "images" / "alert-uk.png")
    for language in BRANDS:
        draw(f"{language}-crisis", sample(language, Level.CRISIS), out)
        draw(f"{language}-test", sample(language, Level.CRISIS, AlertKind.TEST), out)
        draw(f"{language}-resolved", sample(language, Level.CRISIS, AlertKind.RESOLVED), out)
        draw(f"{language}-escalated", sample(language, Level.CRISIS, AlertKind.ESCALATED), out)
        draw(f"{language}-reminded-owner", sample(language, Level.CRISIS, AlertKind.REMINDED, yours=True), out)
        draw(f"{language}-expired", sample(language, Level.CRISIS, AlertKind.EXPIRED), out)
        draw(f"{language}-client", sample(language, Level.CRISIS, AlertKind.CLIENT), out)
        draw_pages(language, out)
        draw_texts(language, out)
    for level in (Level.WATCH, Level.ISSUE, Level.SEVERE):
        draw(f"uk-{level}", sample("uk", level), out)


if __name__ == "__main__":
    main()
