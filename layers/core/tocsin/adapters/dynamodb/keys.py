"""Every key of both tables. Nobody else formats or takes apart a key."""

import hashlib
import re
from datetime import datetime
from typing import NamedTuple

HOUR_INDEX = "by_hour"
CHECK_INDEX = "by_check"
_KIND = re.compile(r"[a-z0-9]{1,20}")
PENDING_INDEX = "pending"
MENTIONS = "MENTION#"
PENDING = "outbox"
FAILED = "failed"
DUE_INCIDENTS = "incident"
DUE_LINKS = "verdict"
DUE_CASES = "case"


class Key(NamedTuple):
    pk: str
    sk: str


def _part(text: str) -> str:
    """A '#' inside a name must not end the part; other scripts stay readable."""
    return text.replace("%", "%25").replace("#", "%23")


def mention(brand: str, mention_id: str) -> Key:
    """By kind, so that a role may reach one kind's alone, and by a hash: an id may name a person, and what is left of
    an erased mention must not."""
    digest = hashlib.sha256(mention_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Key(f"{MENTIONS}{_kind(mention_id)}#{_part(brand)}#{digest}", "MENTION")


def _kind(mention_id: str) -> str:
    kind, colon, _ = mention_id.partition(":")
    return kind if colon and _KIND.fullmatch(kind) else "other"


def parse_mention(pk: str) -> tuple[str, str]:
    """The brand, and the hash that stands for the id."""
    _, _, brand, digest = pk.split("#")
    return _text(brand), digest


def check_day(kind: str, day: datetime) -> str:
    """The mentions of a kind that were fetched on a day, for looking whether they are still there."""
    return f"CHECK#{kind}#{day:%Y-%m-%d}"


def check_moment(brand: str, mention_id: str, fetched_at: datetime) -> str:
    """The second it was fetched, and what tells it from others of that second; neither a post nor a person."""
    return f"{fetched_at:%H:%M:%S}#{parse_mention(mention(brand, mention_id).pk)[1]}"


def mention_hour(brand: str, moment: datetime) -> str:
    return f"HOUR#{_part(brand)}#{moment:%Y-%m-%dT%H}"


def mention_moment(moment: datetime, mention_id: str) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}#{_part(mention_id)}"


def moment_bound(moment: datetime) -> str:
    """Sorts before every mention of that second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def counter(brand: str, minute: datetime, shard: int) -> Key:
    return Key(counter_day(brand, minute), f"MIN#{minute:%H:%M}#{shard}")


def counter_day(brand: str, day: datetime) -> str:
    return f"COUNTS#{_part(brand)}#{day:%Y-%m-%d}"


def minute_bound(minute: datetime) -> str:
    """Sorts before every shard of that minute."""
    return f"MIN#{minute:%H:%M}"


def minute_end(minute: datetime) -> str:
    """Sorts after every shard of that minute."""
    return f"{minute_bound(minute)}~"


def parse_counter(pk: str, sk: str) -> str:
    """The counter's minute as ISO text with zone."""
    return f"{pk.rsplit('#', 1)[1]}T{sk.split('#')[1]}:00+00:00"


def dirty(brand: str, shard: int) -> Key:
    return Key(dirty_brand(brand), f"SHARD#{shard}")


def dirty_brand(brand: str) -> str:
    return f"DIRTY#{_part(brand)}"


def signals(brand: str, latest: datetime, name: str) -> Key:
    """``latest``: the minute of the last of them; ``name`` tells apart those that end in one minute."""
    return Key(signals_day(brand, latest), f"{signals_bound(latest)}#{name}")


def signals_day(brand: str, day: datetime) -> str:
    return f"SIGNALS#{_part(brand)}#{day:%Y-%m-%d}"


def signals_bound(minute: datetime) -> str:
    """Sorts before all signals that end in that minute."""
    return f"{minute:%H:%M}"


def parse_signals(pk: str, sk: str) -> str:
    """The minute of the last of them, as ISO text with zone."""
    return f"{pk.rsplit('#', 1)[1]}T{sk.partition('#')[0]}:00+00:00"


def marks(brand: str) -> str:
    return f"MARKS#{_part(brand)}"


def mark(brand: str, mention_id: str) -> Key:
    return Key(marks(brand), f"MARK#{parse_mention(mention(brand, mention_id).pk)[1]}")


def stories(brand: str) -> Key:
    return Key(f"STORIES#{_part(brand)}", "BOOK")


SOURCES = "SOURCES"


def source(source_id: str) -> Key:
    return Key(SOURCES, f"SOURCE#{_part(source_id)}")


def seen(source_id: str) -> Key:
    return Key(f"SEEN#{_part(source_id)}", "SEEN")


def budget(scope: str, period: str) -> Key:
    return Key(f"BUDGET#{_part(scope)}", f"PERIOD#{period}")


CLIENT = Key("CLIENT", "FILE")
HEALTH = Key("HEALTH", "STATE")
CONTROLS = Key("CONTROLS", "STATE")
REPORTS = Key("REPORTS", "BOOK")
READINESS = Key("READY", "REPORT")
PLAN_LIBRARY = Key("PLAN", "LIBRARY")
PLAN_CHANGES = Key("PLAN", "CHANGES")
PAUSES = Key("RUNG#PAUSES", "BOOK")  # beside the turns, which whoever acts on a pause may write
DRILLS = Key("DRILL", "BOOK")
DRILL_TEXTS = Key("DRILL", "TEXTS")
RAIDS = Key("RAIDS", "STATE")
SILENT = "SILENT"


def silent(moment: datetime, incident_id: str, alert_no: int) -> Key:
    return Key(SILENT, f"{moment_bound(moment)}#{_part(incident_id)}#{alert_no}")


def judged(brand: str, moment: datetime) -> Key:
    return Key(brand_state(brand).pk, f"{JUDGED_PREFIX}{moment:%Y-%m-%dT%H:%M:%S.%f}")


JUDGED_PREFIX = "JUDGED#"


def brand_state(brand: str) -> Key:
    return Key(f"BRAND#{_part(brand)}", "STATE")


def incident(incident_id: str) -> Key:
    return Key(f"INCIDENT#{_part(incident_id)}", "INCIDENT")


def case_file(incident_id: str) -> Key:
    return Key(incident(incident_id).pk, "CASE")


EVENT_PREFIX = "EVENT#"


def case_event(incident_id: str, version: int, number: int) -> Key:
    """``version``: of the file that was written with it."""
    return Key(incident(incident_id).pk, f"{EVENT_PREFIX}{version:06d}#{number:03d}")


def case_steps(incident_id: str, version: int) -> Key:
    """``version``: of the incident that was written with it, whose timeline the steps have left."""
    return Key(incident(incident_id).pk, f"{EVENT_PREFIX}STEPS#{version:06d}")


def parse_incident(pk: str) -> str:
    return _text(pk.removeprefix("INCIDENT#"))


def link(code: str) -> Key:
    return Key(f"LINK#{_part(code)}", "LINK")


def parse_link(pk: str) -> str:
    return _text(pk.removeprefix("LINK#"))


def rung(address: str) -> Key:
    """By a hash: the number itself stands in the client's file alone."""
    return Key(f"RUNG#{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}", "RUNG")


OUTBOX_PREFIX = "OUTBOX#"


def outbox(item_id: str) -> Key:
    """``item_id`` is incident/alert number/channel/recipient; only the recipient may hold a slash."""
    incident_id, number, channel, recipient = item_id.split("/", 3)
    return Key(incident(incident_id).pk, f"{OUTBOX_PREFIX}{int(number):06d}#{channel}#{_part(recipient)}")


def outbox_bound(alert_no: int) -> str:
    """Sorts before everything of that alert."""
    return f"{OUTBOX_PREFIX}{alert_no:06d}"


def parse_outbox(pk: str, sk: str) -> str:
    number, channel, recipient = sk.removeprefix(OUTBOX_PREFIX).split("#", 2)
    return f"{_text(pk.removeprefix('INCIDENT#'))}/{int(number)}/{channel}/{_text(recipient)}"


def _text(part: str) -> str:
    return part.replace("%23", "#").replace("%25", "%")


COMPLAINTS = "complaint"
MESSAGE_PREFIX = "MESSAGE#"


def complaint(number: str) -> Key:
    return Key(f"COMPLAINT#{_part(number)}", "COMPLAINT")


def complaint_message(number: str, message: int) -> Key:
    return Key(complaint(number).pk, f"{MESSAGE_PREFIX}{message:06d}")


def parse_complaint(pk: str) -> str:
    return _text(pk.removeprefix("COMPLAINT#"))


def complaint_form(receipt: str) -> Key:
    return Key(f"FORM#{_part(receipt)}", "FORM")


def bucket(name: str) -> Key:
    return Key(f"BUCKET#{_part(name)}", "BUCKET")


def hook_message(hook: str, fingerprint: str) -> Key:
    return Key(f"HOOK#{_part(hook)}#{_part(fingerprint)}", "MESSAGE")
