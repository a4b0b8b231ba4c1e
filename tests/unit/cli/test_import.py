"""Protects: another tool's export becomes mentions whatever its dialect, with stable ids, and no row is lost unsaid."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tocsin_cli import files
from tocsin_cli.aws import Stack
from tocsin_cli.import_values import count_of, order_of, stars_of

ROW = "02.03.2026 14:05;Скандал;Acme: жах;https://a.example/1;Іван;12,5K;4,0;Новини"
UKRAINIAN = f"Дата;Заголовок;Текст;Посилання;Автор;Підписники;Оцінка;Тип джерела\r\n{ROW}\r\n"


def rows(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def take(tocsin, client_file, tmp_path):
    def run(data, *options, name="export.csv", **changes):
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return tocsin("import", client_file(**changes), path, *options)

    return run


def table(*lines):
    return "Date,Text,Link\n" + "\n".join(lines) + "\n"


def workbook(*lines, epoch_1904=False):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1251"])
def test_every_field_is_read_in_every_encoding(take, encoding):
    result = take(UKRAINIAN.encode(encoding))

    assert result.exit_code == 0
    (mention,) = rows(result)
    assert mention["brand"] == "Acme"
    assert mention["source"] == "import"
    assert mention["title"] == "Скандал"
    assert mention["text"] == "Acme: жах"
    assert mention["url"] == "https://a.example/1"
    assert mention["published_at"] == "2026-03-02T12:05:00Z"
    assert mention["author"]["name"] == "Іван"
    assert mention["author"]["followers"] == 12_500
    assert mention["rating"] == 4
    assert mention["medium"] == "news"
    assert mention["engagement"]["likes"] is None
    assert "published = column 1, 'Дата'" in result.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "windows-1252"])
def test_accents_are_read_in_every_encoding(take, encoding):
    (mention,) = rows(take("Fecha;Texto\n2026-03-02;¡Acme! Qué vergüenza, niños\n".encode(encoding)))
    assert mention["text"] == "¡Acme! Qué vergüenza, niños"


def test_words_in_cyrillic_alone_are_read_in_every_encoding(take):
    data = "Дата;Текст\n02.03.2026;Аврора не працює, черги стоять до вечора\n"
    brands = [{"name": "Аврора", "terms": ["Аврора"]}]
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "windows-1251"):
        (mention,) = rows(take(data.encode(encoding), brands=brands))
        assert mention["text"] == "Аврора не працює, черги стоять до вечора"


@pytest.mark.parametrize(
    "header",
    [
        "Date;Title;Content;URL;Author;Followers;Rating;Source Type",
        "Fecha;Título;Texto;Enlace;Autor;Seguidores;Valoración;Tipo de fuente",
        "Дата публикации;Название;Сообщение;Ссылка;Автор;Подписчики;Оценка;Тип источника",
        "Datum;Titel;Inhalt;Link;Verfasser;Abonnenten;Bewertung;Medientyp",
        "published_at;headline;full_text;permalink;authorName;followersCount;stars;media-type",
    ],
)
def test_columns_are_guessed_in_five_languages(take, header):
    (mention,) = rows(take(f"{header}\n{ROW}\n"))

    assert mention["title"] == "Скандал"
    assert mention["author"] | {"name": "Іван", "followers": 12_500} == mention["author"]
    assert mention["rating"] == 4


# Written by us in the manner of exports of listening tools: a preamble, their headings, their dates.
EXPORTS = (
    """Report:,Acme
From:,2026-03-01

Query Name,Date,Title,Snippet,Url,Author,Full Text,Likes,Impressions
x,2026-03-02 12:05:00.0,News,Short,https://a.example/1,Ivan,Acme whole,7,90000
""",
    """Date\tHeadline\tURL\tOpening Text\tHit Sentence\tInfluencer\tReach
02-Mar-2026 12:05PM\tNews\thttps://a.example/1\t\tAcme whole\tIvan\t90000
""",
    """url,published,title_snippet,content,extra_author_attributes.name,article_extended_attributes.facebook_likes
https://a.example/1,1772453100,News,Acme whole,Ivan,7
""",
    """Date;Time;Text;Permalink;Author;Reactions;Reach
02/03/2026;12:05;Acme whole;https://a.example/1;Ivan;7;90000
22/03/2026;12:05;Acme;;;;
""",
)


@pytest.mark.parametrize("data", EXPORTS)
def test_exports_of_listening_tools(take, data):
    result = take(data, timezone="UTC")
    mention = rows(result)[0]

    assert mention["text"] == "Acme whole"
    assert mention["url"] == "https://a.example/1"
    assert mention["author"]["name"] == "Ivan"
    assert mention["published_at"] == "2026-03-02T12:05:00Z"
    assert mention["engagement"]["likes"] in {7, None}
    assert mention["engagement"]["views"] is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_quotes_and_lines_within_cells(take, delimiter):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["Date", "Text", "Link"], ["2026-03-02", 'Acme, "так";\n\tдругий | рядок', ""]])
    (mention,) = rows(take(out.getvalue()))

    assert mention["text"] == 'Acme, "так";\nдругий | рядок'


def test_a_backslash_before_a_quote_is_one(take):
    (mention,) = rows(take('Date,Text\n2026-03-02,"Acme \\"bad\\", they say"\n'))
    assert mention["text"] == 'Acme "bad", they say'


def test_a_title_above_the_headings_and_a_separator_line_are_passed_over(take):
    (mention,) = rows(take("sep=;\nReport for Acme\n\nDate;Text\n2026-03-02;Acme\n"))
    assert mention["text"] == "Acme"


def test_columns_are_named_by_hand_by_name_or_number(take):
    result = take("when,said\n2026-03-02,Acme\n", "--map", "published=1", "--map", "text=said")
    assert rows(result)[0]["text"] == "Acme"
    result = take("2026-03-02,Acme\n", "--header", "0", "--map", "published=1", "--map", "text=2")
    assert rows(result)[0]["text"] == "Acme"


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        ("when,said\n1,Acme\n", [], "no column is known to be text or published: say --map text=COLUMN"),
        (table("2026-03-02,Acme,"), ["--map", "colour=Text"], "write it as field=Column; fields: text, title"),
        (table("2026-03-02,Acme,"), ["--map", "text=Words"], "there is no such column; columns: 1 'Date'"),
        (table("2026-03-02,Acme,"), ["--encoding", "klingon"], "--encoding klingon: unknown"),
        (table("2026-03-02,Acme,"), ["--brand", "Bolt"], "--brand 'Bolt': the client has none"),
        (table("2026-03-02,Acme,"), ["--timezone", "Mars"], "--timezone 'Mars' is none"),
        (table("2026-03-02,Acme,"), ["--header", "9"], "--header 9: that row is empty or not there"),
        (table("2026-03-02,Acme,"), ["--date-format", "wrong"], "write dmy, mdy, ymd or a pattern"),
        (table("03/04/2026,Acme,"), [], "say --date-format dmy or --date-format mdy (column 'Date')"),
        (table("13/04/2026,Acme,", "04/13/2026,Acme,"), [], "some dates have the day first and some the month"),
        (table("2026-03-02,Acme,"), ["--encoding", "idna"], "--encoding idna"),
        ('sep="\nwhen,said\n1,Acme\n', [], "no column is known"),
        ("[" * 200_000, [], "no column is known"),
        ("", [], "the file is empty"),
        ("<html><table>", [], "a web page or XML, not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", [], "an old Excel file (.xls)"),
        (b"PK\x03\x04nonsense", [], "a broken workbook or zip"),
        ('{"error": "no"}', [], "no column is known"),
        ("[1, 2]", [], "JSON without a list of objects"),
        ('Date,Text\n2026-03-02,"Acme' + "\n" * 600, [], "a quote is opened there and not closed"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_way_out(take, data, options, said):
    result = take(data, *options)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("date", "options", "moment"),
    [
        ("2026-03-02T14:05:00+02:00", [], "2026-03-02T12:05:00Z"),
        ("2026-03-02 14:05:00 UTC", [], "2026-03-02T14:05:00Z"),
        ("2026/03/02 14:05", [], "2026-03-02T12:05:00Z"),
        ("25/03/2026", [], "2026-03-24T22:00:00Z"),
        ("03/25/2026 2:05 PM", [], "2026-03-25T12:05:00Z"),
        ("05.03.26 14:05", [], "2026-03-05T12:05:00Z"),
        ("03/04/2026", ["--date-format", "mdy"], "2026-03-03T22:00:00Z"),
        ("03/04/2026", ["--date-format", "dmy"], "2026-04-02T21:00:00Z"),
        ("2.3.2026", ["--date-format", "%d.%m.%Y"], "2026-03-01T22:00:00Z"),
        ("2 березня 2026 р. 14:05", [], "2026-03-02T12:05:00Z"),
        ("2 мар. 2026 г. 14:05", [], "2026-03-02T12:05:00Z"),
        ("2 de marzo de 2026 14:05", [], "2026-03-02T12:05:00Z"),
        ("2. März 2026 14:05 Uhr", [], "2026-03-02T12:05:00Z"),
        ("Mar 2 2026 2:05 pm", [], "2026-03-02T12:05:00Z"),
        ("2 March 2026", ["--timezone", "UTC"], "2026-03-02T00:00:00Z"),
        ("46083.5", [], "2026-03-02T10:00:00Z"),
        ("1772445900", [], "2026-03-02T10:05:00Z"),
        ("1772445900000", [], "2026-03-02T10:05:00Z"),
    ],
)
def test_dates_as_people_write_them(take, date, options, moment):
    (mention,) = rows(take(table(f"{date},Acme,"), *options))
    assert mention["published_at"] == moment


def test_one_date_of_the_column_tells_for_all(take):
    found = rows(take(table("03/04/2026,Acme a,", "13/04/2026,Acme b,")))
    assert [mention["published_at"][:10] for mention in found] == ["2026-04-02", "2026-04-12"]


def test_no_mention_is_of_the_future_and_that_tells_which_is_the_day():
    now = datetime(2026, 3, 20, tzinfo=UTC)
    assert order_of(["03/04/2026"], None, now, "Date") == "mdy"
    assert order_of(["04/03/2026"], None, now, "Date") == "dmy"


def test_a_heading_that_names_a_zone_and_a_column_for_the_hour(take):
    (mention,) = rows(take("Date (UTC);Time;Text\n02.03.2026;14:05;Acme\n"))
    assert mention["published_at"] == "2026-03-02T14:05:00Z"


@pytest.mark.parametrize(("epoch_1904", "serial"), [(False, 46083.5), (True, 46083.5 - 1462)])
def test_a_workbook_with_dates_of_either_epoch(take, epoch_1904, serial):
    data = workbook(
        ["Report"],
        ["Published at", "Text", "Link", "Likes"],
        [
            datetime(2026, 3, 2, 12, 0),  # noqa: DTZ001 Excel knows no zones
            "Acme",
            "https://a.example/7",
            5,
        ],
        [serial, "Acme again", None, 1.0],
        epoch_1904=epoch_1904,
    )
    found = rows(take(data, name="export.xlsx"))

    assert [mention["published_at"] for mention in found] == ["2026-03-02T10:00:00Z"] * 2
    assert [mention["engagement"]["likes"] for mention in found] == [5, 1]


def test_another_sheet_is_named(take):
    data = workbook(["Published at", "Text"])
    result = take(data, "--sheet", "Data", name="export.xlsx")

    assert result.exit_code == 2
    assert "--sheet 'Data': there is none; there are 'Sheet'" in result.stderr


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(take):
    result = take(zipped(xl__sheet="0" * (101 * 1024 * 1024)), name="bomb.xlsx")

    assert result.exit_code == 2
    assert "over 100 MB when unpacked" in result.stderr


@pytest.mark.parametrize("body", ["", "<", "<a>&b;</a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_broken_or_hostile_workbook_is_an_error(take, body):
    good = zipfile.ZipFile(io.BytesIO(workbook(["Date", "Text"], ["2026-03-02", "Acme"])))
    parts = {name: good.read(name) for name in good.namelist()} | {"xl/workbook.xml": body}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    result = take(out.getvalue(), name="bad.xlsx")

    assert result.exit_code == 2
    assert "a broken workbook" in result.stderr


@pytest.mark.parametrize(
    "data",
    [
        '[{"createdAt": "2026-03-02T10:00:00Z", "content": "Acme", "author": {"name": "X", "followers": 5}}]',
        '{"data": {"rows": [{"date": "2026-03-02T10:00Z", "text": "Acme", "author": {"name": "X", "followers": 5}}]}}',
        '{"createdAt": 1772445600, "content": "Acme", "author": {"name": "X", "followers": "5"}}\n',
    ],
)
def test_json_in_its_shapes(take, data):
    (mention,) = rows(take(data, name="export.json"))

    assert mention["published_at"] == "2026-03-02T10:00:00Z"
    assert mention["author"] | {"name": "X", "followers": 5} == mention["author"]


@pytest.mark.parametrize(
    "bad", ["[" * 5_000, "{broken", '{"a": NaN}', "7", '{"date": "2026-03-02", "text": [[["x"]]]}']
)
def test_bad_lines_of_json_are_told_and_the_others_kept(take, bad):
    result = take(f'{{"date": "2026-03-02", "text": "Acme"}}\n{bad}\n', name="export.jsonl")

    assert result.exit_code == 0
    assert len(rows(result)) == 1
    assert "row 2: " in result.stderr


def test_what_is_said_of_a_person_is_not_said_of_the_post(take):
    item = {"text": "Acme", "date": "2026-03-02", "user": {"id": 7, "url": "https://a.example/u", "name": "X"}}
    (mention,) = rows(take(json.dumps([item]), name="export.json"))

    assert mention["url"] is None
    assert mention["author"] | {"name": "X", "url": "https://a.example/u"} == mention["author"]


def test_ids_hold_when_the_file_is_read_again_in_another_order(take):
    lines = ["2026-03-02,Acme one,https://a.example/1?utm_source=x", "2026-03-03,Acme two,", "2026-03-02,Acme,"]
    first, again = take(table(*lines)), take(table(*reversed(lines)))

    assert len(rows(first)) == 3
    assert {mention["id"] for mention in rows(first)} == {mention["id"] for mention in rows(again)}


def test_repeated_rows_count_once_and_comments_under_one_address_each(take):
    same, other = "2026-03-02,Acme one,https://a.example/1", "2026-03-02,Acme two,https://a.example/1"
    result = take(table(same, same, other))

    assert {mention["text"] for mention in rows(result)} == {"Acme one", "Acme two"}
    assert len({mention["id"] for mention in rows(result)}) == 2
    assert "1 repeated" in result.stderr


def test_rows_that_are_no_mentions_are_told_and_kept_as_a_file_to_be_mended(take, tmp_path):
    rejects = tmp_path / "rejects.csv"
    lines = [
        "2026-03-02,Acme,",
        ",Acme,",
        "2026-03-02,,",
        "sometime,Acme,",
        "2026-03-02,Bolt,=cmd()",
        "2199-01-01,Acme,",
        "2026-03-02,Acme,x,extra",
    ]
    result = take(table(*lines), "--rejects", rejects)

    assert result.exit_code == 0
    assert len(rows(result)) == 1
    kept = list(csv.DictReader(io.StringIO(rejects.read_text(encoding="utf-8-sig"), newline="")))
    assert [(row["row"], row["why"]) for row in kept] == [
        ("3", "the date is missing"),
        ("4", "it has no words"),
        ("5", "the date cannot be read"),
        ("6", "it names no brand of the client"),
        ("7", "the date 2199-01-01 is in the future"),
        ("8", "it has more cells than there are headings: is a quote missing?"),
    ]
    assert kept[3]["Link"] == "'=cmd()"
    assert "row 5: the date cannot be read; skipped" in result.stderr
    assert "1 mentions read, 1 of them history that rings for nobody; 6 rows skipped" in result.stderr


@pytest.mark.parametrize(
    "cell", ["=1", " +1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "\u200b=1", "\u00a0\u2060＝1", "\ufeff=1", "\u3000@x"]
)
def test_no_cell_that_is_kept_is_a_formula_in_any_spreadsheet(take, tmp_path, cell):
    rejects = tmp_path / "rejects.csv"
    take(table(f'2026-03-02,"Bolt one","x{cell}"', f'2026-03-02,"Bolt two","{cell}"', ",,"), "--rejects", rejects)

    kept = list(csv.DictReader(io.StringIO(rejects.read_text(encoding="utf-8-sig"), newline="")))
    assert kept[0]["Link"][0] == "x"
    assert kept[1]["Link"][0] == "'"


def test_a_file_without_end_is_refused(tocsin, client_file, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 3 * 1024 * 1024)
    device = tocsin("import", client_file(), "/dev/zero")
    stdin = tocsin("import", client_file(), "-", stdin=b"x" * (3 * 1024 * 1024 + 1))

    for result, name in ((device, "/dev/zero"), (stdin, "stdin")):
        assert result.exit_code == 2
        assert f"{name}: over 3 MB" in result.stderr


def test_what_was_kept_can_be_read_again(take, tmp_path):
    rejects = tmp_path / "rejects.csv"
    take(table("2026-03-02,Acme,", "2026-03-02,'=Bolt and more,"), "--rejects", rejects)
    result = take(rejects.read_bytes(), brands=[{"name": "Bolt", "terms": ["bolt"]}])

    assert [mention["text"] for mention in rows(result)] == ["=Bolt and more"]


def test_a_brand_is_said_by_option_by_column_or_by_its_terms(take):
    brands = [{"name": "Acme", "terms": ["acme"]}, {"name": "Bolt", "terms": ["bolt"]}]
    said = rows(take(table("2026-03-02,nobody named,"), "--brand", "Bolt", brands=brands))
    column = rows(take("Date,Text,Project\n2026-03-02,nobody named,bolt\n", brands=brands))
    both = rows(take(table("2026-03-02,Acme and Bolt,"), brands=brands))

    assert [mention["brand"] for mention in said] == ["Bolt"]
    assert [mention["brand"] for mention in column] == ["Bolt"]
    assert [mention["brand"] for mention in both] == ["Acme", "Bolt"]


def test_a_dry_run_prints_no_mention_and_writes_nothing(take, tmp_path):
    result = take(table("2026-03-02,Acme,", ",Acme,"), "--dry-run", "--json", "--rejects", tmp_path / "r.csv")

    assert result.exit_code == 0
    (summary,) = rows(result)
    assert summary["mentions"] == summary["rejected"] == 1
    assert summary["columns"] == {"text": "Text", "url": "Link", "published": "Date"}
    assert not (tmp_path / "r.csv").exists()


def test_a_file_without_one_mention_is_found_wanting(take):
    result = take(table("2026-03-02,Bolt,"))

    assert result.exit_code == 1
    assert "not one mention in it" in result.stderr


def test_numbers_that_cannot_be_read_stay_unknown_and_are_told(take):
    result = take("Date,Text,Likes,Views,Rating\n2026-03-02,Acme,many,1.234,9\n")

    (mention,) = rows(result)
    assert mention["engagement"] | {"likes": None, "views": 1_234} == mention["engagement"]
    assert mention["rating"] is None
    assert "column 'Likes': 1 cells could not be read as likes, left unknown" in result.stderr


def test_what_is_imported_can_be_replayed(take, tocsin, client_file):
    lines = take(table("2026-03-02,Acme bakes,")).stdout
    result = tocsin("replay", client_file(), "-", stdin=lines)

    assert result.exit_code == 0
    assert "1 mentions" in result.stdout


class FakeQueue:
    def __init__(self):
        self.sent = []

    def send_message_batch(self, **batch):
        assert batch["QueueUrl"] == "https://queue.example/1"
        self.sent += [json.loads(entry["MessageBody"]) for entry in batch["Entries"]]
        return {}


def test_deployed_puts_all_into_the_queue_of_the_stack(take, monkeypatch):
    queue = FakeQueue()
    stack = Stack("tocsin-acme", "UPDATE_COMPLETE", {"MentionsQueueUrl": "https://queue.example/1"}, {})
    monkeypatch.setattr("tocsin_cli.import_.require_account", lambda _: "1")
    monkeypatch.setattr("tocsin_cli.import_.find_stack", lambda *_: stack)
    monkeypatch.setattr("tocsin_cli.import_.aws_client", lambda *_: queue)
    result = take(table(*(f"2026-03-02,Acme {number}," for number in range(12))), "--deployed", "--json")

    assert result.exit_code == 0
    assert len(queue.sent) == 12
    assert {mention["brand"] for mention in queue.sent} == {"Acme"}
    (summary,) = rows(result)
    assert summary["history"] == 12


def test_deployed_without_a_stack_is_found_wanting(take, monkeypatch):
    monkeypatch.setattr("tocsin_cli.import_.require_account", lambda _: "1")
    monkeypatch.setattr("tocsin_cli.import_.find_stack", lambda *_: None)
    result = take(table("2026-03-02,Acme,"), "--deployed")

    assert result.exit_code == 1
    assert "acme is not deployed" in result.stderr


GOOD_BOOK = workbook(["Date", "Text"], ["2026-03-02", "Acme"])
SURVIVES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@SURVIVES
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_end_in_mentions_or_a_message(take, data):
    for prefix in (b"", b"Date,Text\n2026-03-02,Acme\n", b'[{"date": "2026-03-02", "text": "Acme"},'):
        result = take(prefix + data)
        assert result.exit_code in {0, 1, 2}
        assert result.stderr


@SURVIVES
@given(at=st.integers(0, len(GOOD_BOOK) - 1), byte=st.integers(0, 255))
def test_a_workbook_with_a_wrong_byte_ends_in_mentions_or_a_message(take, at, byte):
    result = take(GOOD_BOOK[:at] + bytes([byte]) + GOOD_BOOK[at + 1 :], name="export.xlsx")
    assert result.exit_code in {0, 1, 2}


cells = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)


@SURVIVES
@given(st.lists(st.dictionaries(st.sampled_from(["date", "text", "likes", "stars", "url", "time"]), cells), max_size=5))
def test_any_values_end_in_mentions_or_a_message(take, items):
    result = take(json.dumps([{"date": "2026-03-02", "text": "Acme"}, *items]), name="export.json")
    assert result.exit_code in {0, 2}


@given(cell=cells)
def test_counts_and_stars_are_whole_and_never_made_up(cell):
    count, stars = count_of(cell), stars_of(cell)
    assert count is None or count >= 0
    assert stars in {None, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("1234", 1_234),
        ("1 234", 1_234),
        ("1\u00a0234", 1_234),
        ("1.234.567", 1_234_567),
        ("1,234", 1_234),
        ("12,5K", 12_500),
        ("3 тис.", 3_000),
        ("1.2M", 1_200_000),
        (7.0, 7),
        (True, None),
        ("-5", None),
        ("many", None),
        (float("nan"), None),
    ],
)
def test_numbers_as_people_write_them(cell, count):
    assert count_of(cell) == count
