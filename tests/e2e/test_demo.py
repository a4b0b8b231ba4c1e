"""`tocsin demo --headless --json`: a crisis from the first post to the alert in hand."""

import json
from datetime import datetime
from pathlib import Path

from tocsin_local.paths import ROOT
from tocsin_local.platforms.story import load_story


def test_the_duty_desk_is_woken_within_minutes(tocsin):
    result = tocsin("demo", "--headless", "--json")

    assert result.exit_code == 0, result.stderr[-3000:]
    last = json.loads(result.stdout.splitlines()[-1])
    assert set(last) == {"mentions", "alerts", "level", "minutes_to_alert"}
    _, story = load_story()
    assert last["level"] in {"crisis", "severe"}
    assert 0 < last["minutes_to_alert"] <= 10
    assert 40 <= last["mentions"] <= len(story.posts)
    assert all(set(alert) == {"channel", "recipient", "at"} for alert in last["alerts"])
    told = {(alert["channel"], alert["recipient"]) for alert in last["alerts"]}
    assert {("email", "duty@dzvin.example"), ("sms", "+380441234567"), ("sms", "+34912345678")} <= told
    first = min(datetime.fromisoformat(alert["at"]) for alert in last["alerts"])
    assert first >= story.crisis_at, "a false alarm on an ordinary day"
    pages = sorted(Path(ROOT / ".tocsin" / "demo").glob("*.html"))
    assert any("Отруїлися тортом" in page.read_text(encoding="utf-8") for page in pages)
    assert "вулиц" not in result.stderr.lower(), "noise that names other things was heard"
