"""`tocsin terms`: what matches and why, marks of right and wrong, and the changes that they speak for."""

import json

import pytest
import yaml

BRANDS = [{"name": "Аврора", "terms": ["Аврора"], "exclude": ["крейсер Аврора"]}]
TEXTS = "\n".join(
    json.dumps(row, ensure_ascii=False)
    for row in (
        {"id": "a", "title": "Про Аврору", "text": "кажуть"},
        {"text": "крейсер Аврора стріляв"},
        {"text": "смачно у Avrora"},
        {"text": "смачно у Avrora"},
    )
)


def rows(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_place_has_an_outcome_a_way_a_reason_and_a_lasting_id(tocsin, client_file):
    first = tocsin("terms", client_file(brands=BRANDS), "-", "--json", stdin=TEXTS)
    again = tocsin("terms", client_file(brands=BRANDS), "-", "--json", stdin="\n".join(reversed(TEXTS.split("\n"))))

    assert first.exit_code == 0
    match, excluded, near = rows(first)
    assert (match["outcome"], match["words"], match["way"], match["mention"]) == ("match", "Аврору", "inflected", "a")
    assert (excluded["outcome"], excluded["phrase"]) == ("excluded", "крейсер Аврора")
    assert (near["outcome"], near["way"]) == ("near", "transliterated")
    assert near["context"] == "смачно у «Avrora»"
    assert {row["id"] for row in rows(again)} == {row["id"] for row in rows(first)}


def test_a_person_reads_one_line_a_place(tocsin, client_file):
    result = tocsin("terms", client_file(brands=BRANDS), "-", stdin=TEXTS)

    assert "excluded  Аврора  (Аврора, as written; excluded by 'крейсер Аврора')" in result.stdout
    assert "1 match, 1 excluded, 1 near" in result.stdout


def marks_of(tocsin, client, texts, right):
    found = rows(tocsin("terms", client, texts, "--json"))
    return "".join(f"{row['id']} {'right' if right(row) else 'wrong'}  # {row['words']}\n" for row in found)


@pytest.fixture
def marked(tocsin, client_file, tmp_path):
    texts, marks = tmp_path / "texts.jsonl", tmp_path / "marks.txt"
    texts.write_text(TEXTS, encoding="utf-8")
    client = client_file(brands=BRANDS)
    marks.write_text(marks_of(tocsin, client, texts, lambda row: row["outcome"] != "excluded"), encoding="utf-8")
    return client, texts, marks


def test_marks_become_a_brand_to_paste_with_the_counts_behind_it(tocsin, marked):
    client, texts, marks = marked
    result = tocsin("terms", client, texts, "--mark", marks)

    assert result.exit_code == 0
    assert "# allow transliterate of 'Аврора': 1 marked right, 0 wrong" in result.stdout
    assert "2 of 3 marks are met now, 3 with these changes" in result.stdout
    pasted = yaml.safe_load("\n".join(line for line in result.stdout.splitlines() if not line.startswith("·")))
    assert pasted == {
        "brands": [
            {
                "name": "Аврора",
                "terms": [{"term": "Аврора", "transliterate": True}],
                "exclude": ["крейсер Аврора"],
            }
        ]
    }


def test_proposed_changes_as_data(tocsin, marked):
    client, texts, marks = marked
    result = tocsin("terms", client, texts, "--mark", marks, "--json")

    assert rows(result) == [
        {
            "brand": "Аврора",
            "kind": "allow",
            "value": "Аврора",
            "option": "transliterate",
            "right": 1,
            "wrong": 0,
        }
    ]


def test_what_is_proposed_is_a_brand_that_the_client_file_takes(tocsin, marked, client_file):
    client, texts, marks = marked
    said = tocsin("terms", client, texts, "--mark", marks).stdout
    pasted = yaml.safe_load("\n".join(line for line in said.splitlines() if not line.startswith("·")))
    result = tocsin("terms", client_file(brands=pasted["brands"]), texts, "--json")

    assert [row["outcome"] for row in rows(result)] == ["match", "excluded", "match"]


def test_marks_of_other_texts_are_told(tocsin, marked):
    client, texts, marks = marked
    marks.write_text("0123456789ab right\n", encoding="utf-8")
    result = tocsin("terms", client, texts, "--mark", marks)

    assert result.exit_code == 0
    assert "1 marks of places that are not in" in result.stderr


@pytest.mark.parametrize("line", ["0123456789ab maybe", "right", "0123456789ab", "\x00", "0123456789abc right"])
def test_a_mark_that_is_none_is_named(tocsin, marked, line):
    client, texts, marks = marked
    marks.write_text(f"\n{line}\n", encoding="utf-8")
    result = tocsin("terms", client, texts, "--mark", marks)

    assert result.exit_code == 2
    assert "line 2: write it like 0123456789ab right" in result.stderr


def test_asking_needs_a_terminal(tocsin, marked):
    client, texts, marks = marked
    result = tocsin("terms", client, texts, "--mark", marks, "--ask")

    assert result.exit_code == 2
    assert "--ask needs a terminal" in result.stderr


def test_answers_on_a_terminal_are_kept_at_once(tocsin, marked, monkeypatch):
    client, texts, marks = marked
    marks.unlink()
    answers = iter(["y", "s", "q"])
    monkeypatch.setattr("tocsin_cli.terms._on_terminal", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    result = tocsin("terms", client, texts, "--mark", marks, "--ask")

    assert result.exit_code == 0
    (line,) = marks.read_text(encoding="utf-8").splitlines()
    assert " right  # " in line


@pytest.mark.parametrize("line", ["[]", '{"text": 7}', "{}", "nonsense", '"text"'])
def test_a_line_without_a_text_is_named(tocsin, client_file, line):
    result = tocsin("terms", client_file(), "-", stdin=f'{{"text": "acme"}}\n{line}')

    assert result.exit_code == 2
    assert "stdin, line 2: " in result.stderr
