"""The text of a first client's file: what was answered, what is on by default, and comments on what may be added."""

from datetime import date
from typing import Any

HEAD = """\
# What Tocsin listens for, for whom, and who is woken. Check it with: tocsin client check FILE
client: {slug} # names the stack: small letters, digits, dashes
name: {name}
timezone: {timezone}
language: {language} # of alerts, unless a responder has another: en, uk, es

brands:
  - name: {brand}
    terms: {terms} # a mention has one of these words
    # exclude: ["a phrase that means something else"]
    # require_near: ["a word that must stand near an ambiguous term"]
    # official: ["brand.example", "@brand"] # its own voices: no mentions, but what is answered to them is
    # competitors: [{{name: "Other", terms: ["other"]}}]

# every: minutes between two looks; all kinds with their terms and costs: tocsin sources
sources:
"""
FEEDS = """\
  # RSS, Atom and JSON feeds; medium: news, blog, social, forum, video, review
  - {{kind: rss, urls: {feeds}, every: 5, medium: news}}
"""
FREE = """\
  # free and without a key; Reddit and GDELT as far as they answer
  - {{kind: googlenews, editions: {editions}, every: 15}}
  - {{kind: mastodon, servers: {servers}, every: 5}}
  - {{kind: reddit, every: 30}}
  - {{kind: gdelt, languages: {languages}, every: 15}}
"""
TECH = """\
  - {{kind: hackernews, every: 5}}
  - {{kind: stackexchange, sites: [stackoverflow], every: 30}}
  - {{kind: github, every: 15}}
  - {{kind: lemmy, servers: [lemmy.world, programming.dev], every: 15}}
  # - {{kind: discourse, servers: [forum.example]}}
"""
TELEGRAM = """\
  # read from Telegram's public web preview, which promises nothing and may end (docs/sources.md)
  - {{kind: telegram, channels: {telegram}, accept_terms: true, every: 5}}
"""
MORE = """\
  # - {{kind: appstore, apps: ["123456789"], countries: [ua]}}
  # - {{kind: youtube, channels: [UCxxxxxxxxxxxxxxxxxxxxxx]}}
  # - {{kind: bluesky}} # with the client's own app password: tocsin client secret FILE bluesky
"""
TAIL = """
responders:
  # email_from and sms_from: the level from which one is told: watch, issue, crisis, severe
  - name: {responder}
    email: {email}
    phone: {phone} # with country code, or null
    email_from: watch
    sms_from: issue
    quiet_hours: {{start: "22:00", end: "07:00", unless: crisis}} # own local time; null: may ring at any hour
    # role: responsible # who else is asked, rota, second_phone, region: docs/responders.md
  # - {{name: "Deputy", email: deputy@agency.example, phone: "+34910000000", role: deputy, region: Madrid}}

# rota: [{{name: duty, people: [one@agency.example, two@agency.example], starts: 2026-11-23, handover: "monday 09:00"}}]
# escalation: {{crisis: {{acknowledge: 10, again: 3, next: 3}}}} # minutes until the same and the next one are asked
# channels: [{{kind: slack, name: desk, from: issue}}]
# client_contacts: [{{name: "Head of PR", email: pr@brand.example}}] # told by one tap of a responder, never by itself
# stakeholders: [{{name: Staff, circle: employees}}]
# policies: [{{kind: moderation, url: "https://brand.example/rules"}}] # or communication: tocsin plan policies
# countries: [ua, es] # whose clocks of the law are offered; without, those of the time zone: docs/playbooks.md
# alarm_regions: [Kyiv] # with air raids: keep a deputy elsewhere

# sensitivity: normal # calm, normal, nervous
# thresholds: {{issue: 40, crisis: 65, severe: 85}} # of the index, 0 to 100
# always_alert: {{phrases: ["food poisoning"], authors: ["@regulator"]}}
# reader: {{kind: comprehend, monthly_usd: 10}} # a paid second opinion on the sentiment: docs/readers.md
# reply_languages: [uk] # in which authors are answered; the first where theirs is not listed: docs/words.md
# words: {{address: informal, client_approves_from: crisis}} # tú; the client's people approve what is said in public
# events: [{{name: "Launch", start: "2026-05-01", end: "2026-05-03", effect: watchful}}] # or quieter; local time
shadow: {{until: {shadow_until}}} # judge all, tell nobody; then a person arms it: tocsin arm FILE
"""
EDITIONS = {"uk": ["uk-UA", "ru-UA"], "es": ["es-ES"], "en": ["en-US", "en-GB"]}
LANGUAGES = {"uk": ["uk", "ru"], "es": ["es"], "en": ["en"]}
SERVERS = {"uk": ["mastodon.social", "social.net.ua"], "es": ["mastodon.social", "masto.es"], "en": ["mastodon.social"]}


def starter(slug: str, answers: dict[str, Any], *, tech: bool, feeds_only: bool, shadow_until: date) -> str:
    """YAML that reads back as exactly what was answered. ``answers``: by the keys of ``questions.QUESTIONS``."""
    language = answers["language"]
    parts = [
        HEAD,
        FEEDS if answers["feeds"] else "",
        "" if feeds_only else FREE,
        TECH if tech else "",
        TELEGRAM if answers["telegram"] else "",
        MORE,
        TAIL,
    ]
    values = {
        **answers,
        "slug": slug,
        "editions": EDITIONS[language],
        "languages": LANGUAGES[language],
        "servers": SERVERS[language],
        "shadow_until": shadow_until.isoformat(),
    }
    return "".join(parts).format(**{key: quoted(value) for key, value in values.items()})


def quoted(value: str | list[str] | None) -> str:
    """As YAML that reads back as the same text, whatever stands in it."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(quoted(each) for each in value)}]"
    kept = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(ch if ch.isprintable() else f"\\U{ord(ch):08x}" for ch in kept) + '"'
