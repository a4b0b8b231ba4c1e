"""Draw sample alerts as people see them: phone and desktop, light and dark, in three languages; and the README's.

    .venv/bin/python infra/tools/alert_pictures.py [OUT_DIR]

Writes HTML and PNG files to OUT_DIR (build/alerts) and docs/images/alert-uk.png. Needs chromium. Names are invented.
"""

import html
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

from tocsin.domain.alert import Alert, AlertMention, AlertStory, Heard, Told
from tocsin.domain.client import Language
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.web.i18n import Reader
from tocsin.web.mail import render_email
from tocsin.web.sms import render_sms
from tocsin.web.view import mail_view

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 1, 14, tzinfo=UTC)
PHONE, DESKTOP = 390, 720

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


def sample(language: Language, level: Level, kind: AlertKind = AlertKind.RAISED) -> Alert:
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
        heard=Heard(healthy=7, total=8, ill=("Telegram: podil_sogodni",)),
        others=(Told(name=first, channels=(Channel.SMS, Channel.EMAIL)), Told(name=second, channels=(Channel.EMAIL,))),
    )  # fmt: skip


def chromium(*arguments: str) -> str:
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                os.environ.get("CHROMIUM", "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", *arguments,
            ],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
    return done.stdout


def shoot(page: Path, picture: Path, width: int, height: int, *, dark: bool = False) -> None:
    chromium(
        f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--force-device-scale-factor=2",
        f"--window-size={width},{height}", f"--screenshot={picture}", page.as_uri(),
    )  # fmt: skip


def framed(document: str, width: int, height: int = 100) -> str:
    """The mail in a frame of its own width: a phone's rules apply although the browser's window is wider."""
    source = html.escape(document, quote=True)
    return f'<iframe srcdoc="{source}" width="{width}" height="{height}" style="border:0;display:block"></iframe>'


def height_of(document: str, width: int, scratch: Path) -> int:
    scratch.write_text(
        f"<!DOCTYPE html><body style='margin:0'>{framed(document, width)}<script>onload=()=>{{document.title="
        "'h='+document.querySelector('iframe').contentDocument.documentElement.scrollHeight}</script></body>",
        encoding="utf-8",
    )
    found = re.search(r"h=(\d+)", chromium("--dump-dom", scratch.as_uri()))
    if found is None:
        raise SystemExit("chromium did not measure the page")
    return int(found[1])


def draw(name: str, alert: Alert, out: Path) -> None:
    mail = render_email(alert)
    (out / f"{name}.html").write_text(mail.html, encoding="utf-8")
    (out / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}\n\nSMS: {render_sms(alert)}\n", encoding="utf-8")
    for device, width in (("phone", PHONE), ("desktop", DESKTOP)):
        page = out / f".{name}-{device}.html"
        height = height_of(mail.html, width, page)
        page.write_text(
            f"<!DOCTYPE html><meta name='color-scheme' content='light dark'><body style='margin:0'>"
            f"{framed(mail.html, width, height)}</body>",
            encoding="utf-8",
        )
        for scheme in ("light", "dark"):
            shoot(page, out / f"{name}-{device}-{scheme}.png", width, height, dark=scheme == "dark")
        page.unlink()


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
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "alerts"
    out.mkdir(parents=True, exist_ok=True)
    compose(sample("uk", Level.CRISIS), out, ROOT / "docs" / "images" / "alert-uk.png")
    for language in BRANDS:
        draw(f"{language}-crisis", sample(language, Level.CRISIS), out)
        draw(f"{language}-test", sample(language, Level.CRISIS, AlertKind.TEST), out)
        draw(f"{language}-resolved", sample(language, Level.CRISIS, AlertKind.RESOLVED), out)
    for level in (Level.WATCH, Level.ISSUE, Level.SEVERE):
        draw(f"uk-{level}", sample("uk", level), out)


if __name__ == "__main__":
    main()
