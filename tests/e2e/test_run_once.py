"""`tocsin run --once`: one pass over all sources of a client, by the real clock."""

import json
from datetime import UTC, datetime, timedelta

from tocsin_cli.files import load_client
from tocsin_local.paths import ROOT
from tocsin_local.stack import LocalStack
from tocsin_local.summary import one_pass


def test_one_pass_tells_what_was_heard_and_what_was_refused(tocsin, client_file, platforms):
    result = tocsin("run", client_file, "--once", "--json", "--allow-host", platforms.host)

    assert result.exit_code == 0, result.stderr[-3000:]
    summary = json.loads(result.stdout)
    states = {source["url"]: source for source in summary["sources"]}
    refused = states.pop("http://127.0.0.1:9/feed.xml")
    assert refused["state"] == "failed"
    assert "--allow-host 127.0.0.1:9" in refused["reason"]
    assert {source["state"] for source in states.values()} == {"read"}
    assert summary["mentions"] == summary["mentions_total"] > 20
    assert summary["levels"]["Світанна"]["level"] in {"crisis", "severe"}
    assert summary["dead_letters"] == 0
    mails = [alert for alert in summary["alerts"] if alert["channel"] == "email"]
    assert {alert["status"] for alert in mails} == {"sent"}
    assert "Світанна" in (ROOT / mails[0]["text"]).read_text(encoding="utf-8")


def test_a_second_pass_finds_nothing_new(client_file, platforms):
    client = load_client(str(client_file))
    with LocalStack(client, allow_hosts=[platforms.host]) as stack:
        first = one_pass(stack)
        alerts = len(first.alerts)
        second = one_pass(stack, datetime.now(UTC) + timedelta(minutes=3))

    assert first.mentions > 20
    assert second.mentions <= 2, "only what was published meanwhile"
    assert second.mentions_total == first.mentions_total + second.mentions
    assert alerts > 0
    assert len(second.alerts) == alerts
    states = {source.state for source in second.sources if source.url.startswith(platforms.base)}
    assert states <= {"read", "unchanged"}
