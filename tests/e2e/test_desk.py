"""What an agency's desk does beside listening: trying the way to its people, and a client that cannot be heard."""

import json

from tocsin_local.paths import ROOT

SVITANNA = ROOT / "infra" / "local" / "tocsin_local" / "platforms" / "svitanna" / "client.yaml"


def test_everybody_gets_a_marked_test_by_each_channel(tocsin):
    result = tocsin("test-alert", SVITANNA, "--json")

    assert result.exit_code == 0, result.stderr
    sent = [json.loads(line) for line in result.stdout.splitlines()]
    assert {(each["channel"], each["recipient"]) for each in sent} == {
        ("email", "duty@dzvin.example"),
        ("sms", "+380441234567"),
        ("email", "lucia@dzvin.example"),
        ("sms", "+34912345678"),
    }
    assert all(each["id"] and not each["error"] for each in sent)
    mail = next((ROOT / ".tocsin" / "test-svitanna").glob("mail-*-duty@dzvin.example.txt"))
    text = mail.read_text(encoding="utf-8")
    assert "тест" in text.lower()
    assert "Suplente Lucía (" in text, "the others who are told are named"


def test_a_client_that_nobody_can_hear_is_found_wanting(tocsin, client_file):
    result = tocsin("run", client_file, "--once")

    assert result.exit_code == 1
    assert "not one source could be read" in result.stderr
    assert "--allow-host 127.0.0.1:" in result.stdout
    assert "Світанна: calm" in result.stdout
