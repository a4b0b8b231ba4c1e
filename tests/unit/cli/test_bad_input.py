"""Whatever is wrong: exit code 2, a message on stderr that names the place, never a traceback."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["frobnicate"], "frobnicate"),
        (["score", "--frobnicate"], "--frobnicate"),
        (["score", "/nowhere/at/all.jsonl"], "/nowhere/at/all.jsonl"),
        (["score", "/"], "/"),
        (["parse"], "source"),
        (["parse", "rss", "/nowhere.xml"], "/nowhere.xml"),
        (["parse", "gopher", "-"], "unknown source: gopher; known: rss, hackernews"),
        (["replay", "/nowhere.yaml", "-"], "/nowhere.yaml"),
        (["run", "/nowhere.yaml"], "/nowhere.yaml"),
        (["client", "frobnicate"], "frobnicate"),
        (["client", "check", "/nowhere.yaml"], "/nowhere.yaml"),
        (["client", "deploy", "/nowhere.yaml"], "/nowhere.yaml"),
        (["test-alert", "/nowhere.yaml"], "/nowhere.yaml"),
        (["bench", "frobnicate"], "score"),
    ],
)
def test_wrong_use_is_named(tocsin, arguments, named):
    result = tocsin(*arguments)

    assert result.exit_code == 2
    assert named in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("not json", "stdin, line 2: not JSON"),
        ('{"text": 1}', "stdin, line 2: text"),
        ("[]", "stdin, line 2"),
        ('{"text": "\\ud800 bad"}', "stdin, line 2: text: must be text of whole characters"),
        ('{"text": "a", "lang": "\\udfff"}', "stdin, line 2: language: must be text of whole characters"),
        ('{"text": "a", "weight": NaN}', "stdin, line 2: not JSON: NaN is no JSON value"),
        ('{"text": "a", "weight": -Infinity}', "stdin, line 2: not JSON: -Infinity is no JSON value"),
        ('{"text": "a", "lang": 7}', "stdin, line 2: lang"),
        ("[" * 100_000, "stdin, line 2: not JSON"),
    ],
)
def test_a_bad_line_is_named_and_those_before_it_are_kept(tocsin, line, named):
    result = tocsin("score", stdin=f'{{"text": "good bread"}}\n{line}\n')

    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"client: [1\nname: 2", "line 2, column 5"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "must be a mapping"),
        (b"- a\n- b", "must be a mapping"),
        (b"client: acme\nnmae: Acme", "did you mean 'name'?"),
        (b"a: !!python/object:os.system x", "stdin"),
        (b"a: &a [*a]", "stdin"),
        (b"date: 2026-99-99", "stdin"),
        (b"client: a\nbrands: []\nclient: b\n", "stdin, line 3, column 1: client stands there twice"),
        (b"brands:\n  - {name: A, name: B}\n", "stdin, line 2, column 15: name stands there twice"),
    ],
)
def test_a_bad_client_file_names_its_place(tocsin, text, named):
    result = tocsin("client", "check", "-", stdin=text)

    assert result.exit_code == 2
    assert named in result.stderr


def test_a_bad_host_is_refused_before_anything_starts(tocsin, client_file):
    result = tocsin("run", client_file(), "--once", "--allow-host", "http://127.0.0.1:80/")

    assert result.exit_code == 2
    assert "HOST:PORT" in result.stderr


def test_a_client_without_sources_cannot_be_run(tocsin, client_file):
    result = tocsin("run", client_file(sources=[]), "--once")

    assert result.exit_code == 2
    assert "sources" in result.stderr


def test_a_feed_that_is_none_is_named(tocsin):
    result = tocsin("parse", "rss", "-", stdin="<html><body>Log in</body></html>")

    assert result.exit_code == 2
    assert result.stderr.startswith("stdin: ")
