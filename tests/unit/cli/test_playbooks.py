"""Protects: a wrong playbook or law names its file and place, and a client's own plan goes before the agency's."""

from pathlib import Path

import pytest
import yaml

from tocsin_cli.errors import BadInputError
from tocsin_cli.playbooks import LEGAL, STARTER, load_library


def _write(folder: Path, name: str, **changes: object) -> Path:
    data = yaml.safe_load((STARTER / "rumour.yaml").read_text("utf-8"))
    (folder / "common.yaml").write_text((STARTER / "common.yaml").read_text("utf-8"), "utf-8")
    (folder / name).write_text(yaml.safe_dump({**data, **changes}, allow_unicode=True), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"allowed": ["denial", "apologise"], "forbidden": []}, "a denial cannot stand beside an excuse or an apology"),
        ({"allowed": ["remind"]}, "praise of oneself is no answer by itself"),
        ({"forbidden": ["deny"]}, "deny stands among the allowed as well"),
        ({"cluster": "preventable", "allowed": ["instruct", "excuse"], "forbidden": []}, "not made small"),
        ({"cluster": "accidental", "allowed": ["instruct", "victimage"]}, "only where the brand is the victim"),
        ({"tasks": ["verify", "nosuch", "freeze"]}, "'nosuch' is none of the shared ones"),
        ({"tasks": ["verify", "verify", "freeze"]}, "verify stands there twice"),
        ({"stakeholders": ["media", "victims"]}, "inform them in this order"),
        ({"title": {"en": "A rumour", "uk": "Чутка"}}, "title.es: is required"),
        ({"scenario": "gossip"}, "is no scenario"),
        ({"colour": "red"}, "colour"),
        ({"channels": []}, "channels"),
        ({"channels": ["site", "site"]}, "channels: one stands there twice"),
        (
            {
                "tasks": [
                    "verify",
                    "freeze",
                    "approve",
                    {
                        "id": "x_task",
                        "owner": "deputy",
                        "within": 9,
                        "clock": "nosuch",
                        "words": {"en": "One thing", "uk": "Одна річ", "es": "Una cosa"},
                    },
                ]
            },
            "'nosuch' is no clock of infra/legal",
        ),
    ],
)
def test_a_wrong_file_says_where_and_why(tmp_path: Path, changes: dict, said: str) -> None:
    folder = _write(tmp_path, "rumour.yaml", **changes)
    with pytest.raises(BadInputError) as refused:
        load_library(folder)
    assert said in str(refused.value)
    assert "rumour.yaml" in str(refused.value)


def test_a_clients_own_plan_goes_before_the_agencys(tmp_path: Path) -> None:
    _write(tmp_path, "rumour.yaml", version=7)
    found = load_library(STARTER, tmp_path).of("rumour")
    assert found is not None
    assert found.cited == "rumour v7"
    assert load_library(STARTER, tmp_path).missing == ()


def test_a_file_is_named_after_its_scenario(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"name the file rumour\.yaml"):
        load_library(_write(tmp_path, "gossip.yaml"))


def test_a_clients_own_common_tasks_go_before_the_agencys(tmp_path: Path) -> None:
    _write(tmp_path, "rumour.yaml")
    common = yaml.safe_load((STARTER / "common.yaml").read_text("utf-8"))
    verify = next(task for task in common["tasks"] if task["id"] == "verify")
    (tmp_path / "common.yaml").write_text(
        yaml.safe_dump({"general": ["verify"], "tasks": [{**verify, "within": 5}]}, allow_unicode=True), "utf-8"
    )
    found = load_library(STARTER, tmp_path)
    own, theirs = found.of("rumour"), found.of("boycott")
    assert own is not None
    assert theirs is not None
    assert {task.within for task in own.tasks if task.id == "verify"} == {5}
    assert {task.within for task in theirs.tasks if task.id == "verify"} == {15}
    assert [task.within for task in found.general if task.id == "verify"] == [5]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"countries": []}, "countries"),
        ({"zones": ["Mars/Olympus"]}, "no time zone"),
        ({"clocks": [{"id": "one"}]}, "clocks[1].words: is required"),
    ],
)
def test_a_wrong_law_says_where_and_why(tmp_path: Path, change: dict, said: str) -> None:
    data = yaml.safe_load((LEGAL / "ua.yaml").read_text("utf-8"))
    (tmp_path / "ua.yaml").write_text(yaml.safe_dump(data | change, allow_unicode=True), "utf-8")
    with pytest.raises(BadInputError) as refused:
        load_library(legal=tmp_path)
    assert said in str(refused.value)
    assert "ua.yaml" in str(refused.value)
