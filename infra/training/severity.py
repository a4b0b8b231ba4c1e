"""Train the severity head that ships: `make train-severity DATA=<folder of the sentiment sets>`. Fixed seeds; the
teacher's word vectors take half an hour on one core the first time, and are kept.

Judged by leaving one writer out: whoever trains on a writer's posts has learned how that one writes.
"""

import argparse
import json
import os
import subprocess
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from pack import small, write
from severity_data import OF_TRAPS, labelled, labels, longer, ordinary
from severity_fit import fit
from severity_texts import LISTED, Texts, shortened, vocabulary
from sklearn.cluster import MiniBatchKMeans
from teacher import vectors
from wordfreq import zipf_frequency

from tocsin.domain.severity_head import FINE, HEARD, LANES, MAGIC, SCENARIOS, SHORTENED, word_key
from tocsin.domain.severity_stands import MARK

OWN_AUTHOR, ORDINARY, JOINED = 0.4, 1.0, 0.5
"""Weight of a post by the author of the words, who writes what the words hear, of an ordinary one, of joined ones."""
LAST_ORDINARY, LAST_JOINED = 0.1, 0.3
STRENGTH, LAST_STRENGTH = 0.1, 1.0
KIND_SIZE = 128
KINDS, KIND_SCALE, CONCEPT_SCALE = 1_200, 20.0, 4.0
"""Words are sorted into kinds by their vectors; a kind has a weight of its own beside what its words' vectors say."""
SLOTS, WORDS = 92_000, 80_000
PRECISE, FALSE_ALARMS = 0.78, 0.01
"""Where the last step draws the line of *grave*: so precise on writers who taught nothing, and at most this share of
ordinary posts."""
SURE = {"complaint": 0.65, "fiction": 0.7, "warns": 0.7, "beside": 0.65}
USUALLY_SURE = 0.6
"""How precise a complaint, an aim or a way of telling must be at least on them: jest is against nobody, and whom
the brand warns or helps was not harmed by it."""
FIGURES = {
    "grave": HEARD,
    "complaint": ("complaint", "grave", "fiction"),
    **{f"aim {aim}": (aim, "grave") for aim in ("struck", "beside", "warns", "other")},
    **{f"told as {claim}": (claim, "grave") for claim in ("denial", "question", "fiction")},
}
"""The lanes that each figure of the last step looks at."""
ALL = (*LANES, *SCENARIOS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".tools/teacher"))
    parser.add_argument("--python", default=".venv/bin/python", help="the project's own, which runs the rules")
    parser.add_argument("--date", required=True, help="the date of the training, for the card")
    args = parser.parse_args()

    posts = labelled(args.labelled)
    rows = [*posts, *longer(posts), *ordinary(args.data)]
    said = _ruled(rows, args.cache, args.python)
    written, words = vocabulary()
    meaning = _with_kinds(vectors(written, args.cache, "severity"))
    texts, x = _features(said, rows, words, meaning)
    joined = np.array([bool(row.get("joined")) for row in rows])
    told = [labels(row) for row in rows]
    y = np.array([[each.get(lane, 0.0) for lane in ALL] for each in told])
    known = np.array([[lane in each for lane in ALL] for each in told], float)
    writer = np.array([row["writer"] for row in rows])
    weight = np.select([joined, writer == "tune", writer == "ordinary"], [JOINED, OWN_AUTHOR, ORDINARY], 1.0)

    signs = meaning.shape[1] + np.array([place for place, name in enumerate(texts.names) if MARK in name])
    unplaced = [ALL.index(lane) for lane in ("grave", *SCENARIOS)]

    def learned(of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ridge = np.full((x.shape[1], len(ALL)), 1 / (STRENGTH * (known[of, 0] * weight[of]).sum()))
        ridge[np.ix_(signs, unplaced)] = np.inf  # an ordinary post's brand was put in: it stands nowhere by its own
        return fit(x[of], y[of], known[of] * weight[of, None], ridge)

    w, _ = learned(np.ones(len(rows), bool))  # all that ships is learned anew with the words that are kept
    kept = _kept(meaning @ w[: meaning.shape[1]], words)
    words, meaning = [words[place] for place in kept], meaning[kept]
    texts, x = _features(said, rows, words, meaning)

    unseen = np.zeros((len(rows), len(HEARD)))
    others = sorted(set(writer) - {"tune", "ordinary"})
    turn = np.where(writer == "ordinary", np.arange(len(rows)) % len(others), -1)
    for place, name in enumerate(others):
        held = (writer == name) | (turn == place)
        w, b = learned(~held)
        lanes = x[held] @ w + b
        scenarios = lanes[:, len(LANES) :]
        unseen[held] = np.column_stack(
            [lanes[:, : len(LANES)], scenarios.max(1), np.logaddexp.reduce(scenarios, axis=1)]
        )
    language = np.array([row["lang"] for row in rows])
    facts = sorted({fact for each in said for fact in each["facts"]})
    of_facts = np.array([[each["facts"].get(fact, 0.0) for fact in facts] for each in said])
    last = known * np.select([joined, writer == "ordinary"], [LAST_JOINED, LAST_ORDINARY], 1.0)[:, None]
    decisions = _last_step(
        unseen, of_facts, facts, y, last, np.where(joined, "joined", writer), writer, others, language
    )

    w, b = learned(np.ones(len(rows), bool))
    _ship(args, texts, meaning, words, w, b, decisions)


def _features(said: list, rows: list, words: list[str], meaning: np.ndarray) -> tuple[Texts, np.ndarray]:
    """The texts and what is learned of; words' vectors are made to weigh as much as their kinds, in place."""
    texts = Texts(said, [row["brand"] for row in rows], words, meaning)
    plain = slice(0, meaning.shape[1] - KINDS)
    even = 1 / texts.x[:, plain].std()
    texts.x[:, plain] *= even
    meaning[:, plain] *= even
    return texts, np.hstack([texts.x, CONCEPT_SCALE * texts.concepts]).astype(np.float32)


def _with_kinds(vectors_: np.ndarray) -> np.ndarray:
    """Each word's vector, and beside it one column a kind."""
    unit = (vectors_ / np.linalg.norm(vectors_, axis=1, keepdims=True))[:, :KIND_SIZE]
    learner = MiniBatchKMeans(KINDS, n_init=1, random_state=0, batch_size=8192, max_iter=30)
    kind = learner.fit_predict(unit)
    return np.hstack([vectors_, KIND_SCALE * np.eye(KINDS, dtype=np.float32)[kind]])


def _ruled(rows: list[dict[str, Any]], cache: Path, python: str) -> list[dict[str, Any]]:
    cache.mkdir(parents=True, exist_ok=True)
    asked, told = cache / "severity_texts.json", cache / "severity_rules.json"
    asked.write_text(json.dumps([{key: row[key] for key in ("text", "lang", "brand")} for row in rows]), "utf-8")
    subprocess.run([python, str(Path(__file__).with_name("severity_rules.py")), str(asked), str(told)], check=True)
    return list(json.loads(told.read_text("utf-8")))


def _last_step(unseen, of_facts, facts, y, known, kind, writer, others, language):
    """How far the head and the rules are believed; learned where both read a writer who had taught neither."""
    judged = writer != "tune"
    decisions = {}
    for figure, lanes in FIGURES.items():
        own = figure.split()[-1]
        at = ALL.index(own)
        seen = [HEARD.index(lane) for lane in lanes]
        x = np.hstack([unseen[:, seen], of_facts])
        use = judged & (known[:, at] > 0)
        if own == "grave":
            use &= ~np.isin(kind, OF_TRAPS)  # the mix of those posts is nobody's
        ridge = np.full(x.shape[1], 1 / (LAST_STRENGTH * known[use, at].sum()))

        def of(where, x=x, at=at, ridge=ridge):
            return fit(x[where], y[where][:, [at]], known[where][:, [at]], ridge)

        held = np.full(len(y), -np.inf)
        turn = np.arange(len(y)) % len(others)
        for place, name in enumerate(others):
            out = (writer == name) | ((writer == "ordinary") & (turn == place))
            w, b = of(use & ~out)
            held[out] = (x[out] @ w + b)[:, 0]
        w, b = of(use)
        true = y[:, at] > 0.5
        line = _line(held, true, kind) if own == "grave" else _even_line(own, held, true, kind)
        _report(figure, held, line, true, kind, others)
        if own == "grave":
            labelled_ = np.isin(kind, [name for name in others if name not in OF_TRAPS])
            _report("grave, by language", held, line, true, np.where(labelled_, language, ""), sorted(set(language)))
        decisions[figure] = {
            "bias": round(float(b[0] - line), 4),
            "heard": {lane: round(float(w[place, 0]), 4) for place, lane in enumerate(lanes)},
            "facts": {fact: round(float(w[len(lanes) + place, 0]), 4) for place, fact in enumerate(facts)},
        }
    return decisions


def _line(score: np.ndarray, grave: np.ndarray, kind: np.ndarray) -> float:
    """The mix of the posts written for traps is nobody's: it teaches, and draws no line."""
    posts, plain = ~np.isin(kind, ("ordinary", "joined", "tune", *OF_TRAPS)), kind == "ordinary"
    order = np.sort(score[posts])
    for line in order:
        said = posts & (score > line)
        if not said.any():
            break
        if (grave & said).sum() / said.sum() >= PRECISE and (score[plain] > line).mean() <= FALSE_ALARMS:
            return float(line)
    return float(order[-1])


def _even_line(own: str, score: np.ndarray, true: np.ndarray, kind: np.ndarray) -> float:
    """Where precision and recall together (F1) are best on writers who taught nothing, no less precise than SURE."""
    posts = ~np.isin(kind, ("ordinary", "joined", "tune", *(OF_TRAPS if own == "complaint" else ())))
    order = np.argsort(-score[posts], kind="stable")
    right = np.cumsum(true[posts][order])
    precise, found = right / np.arange(1, len(order) + 1), right / max(1, true[posts].sum())
    best = int(
        np.argmax(
            np.where(
                precise >= SURE.get(own, USUALLY_SURE), 2 * precise * found / np.maximum(precise + found, 1e-9), 0.0
            )
        )
    )
    return float(score[posts][order[best]]) - 1e-6


def _report(figure, score, line, true, writer, others) -> None:
    for name in [*others, "all of them", "ordinary", "joined"]:
        of = np.isin(writer, others) if name == "all of them" else writer == name
        said = of & (score > line)
        if name in {"ordinary", "joined"}:
            if figure == "grave":
                print(f"  {name} posts read as grave: {100 * said.sum() / of.sum():.2f} %", flush=True)
            continue
        right = (said & true).sum()
        print(f"{figure:18} left out {name:12} precision {100 * right / max(1, said.sum()):5.1f} "
              f"recall {100 * right / max(1, (of & true).sum()):5.1f}", flush=True)  # fmt: skip


def _kept(pushes: np.ndarray, words: list[str]) -> np.ndarray:
    """The ``WORDS`` words that say most, for their frequency, beyond what the shorter form says under which they would
    be found."""
    rows = pushes / np.percentile(np.abs(pushes), 99.97, axis=0)
    often = np.array([max(zipf_frequency(word, lang) for lang in LISTED) for word in words])
    number = {word: place for place, word in enumerate(words)}
    shorter = np.array(
        [[number.get(form, -1) for form in (*shortened(word)[1:], *[""] * SHORTENED)][:SHORTENED] for word in words]
    )
    lengths = np.array([len(word) for word in words])
    groups = [np.flatnonzero(lengths == length) for length in np.unique(lengths)]

    def beyond(least: float) -> np.ndarray:
        kept = np.zeros(len(words) + 1, bool)
        for group in groups:
            found = np.zeros((len(group), rows.shape[1]))
            missing = np.ones(len(group), bool)
            for cut in range(SHORTENED):
                here = missing & kept[shorter[group, cut]]
                found[here] = rows[shorter[group[here], cut]]
                missing &= ~here
            kept[group] = np.abs(rows[group] - found).max(1) * (1 + often[group]) > least
        return np.flatnonzero(kept)

    low, high = 0.0, 100.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if len(beyond(middle)) > WORDS else (low, middle)
    return beyond(high)


def _ship(args, texts, meaning, words, w, b, decisions) -> None:
    size = meaning.shape[1]
    folded = (meaning @ w[:size]).astype(np.float32)
    scales = np.percentile(np.abs(folded), 99.97, axis=0) / 127
    rows = np.stack([small(folded[:, lane], scales[lane]) for lane in range(len(ALL))], axis=1)
    prints, laid = np.zeros(SLOTS, np.uint16), np.zeros((SLOTS, len(ALL)), np.uint8)
    for word, row in zip(words, rows, strict=True):
        key = word_key(word)
        at = key % SLOTS
        while prints[at]:
            at = (at + 1) % SLOTS
        prints[at] = (key >> 16) or 1
        laid[at] = row.astype(np.int16) + 128
    facts = {
        "date": args.date,
        "decisions": decisions,
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "biases": [round(float(bias), 4) for bias in b],
        "concepts": {
            name: [round(float(push) * FINE) for push in CONCEPT_SCALE * row]
            for name, row in zip(texts.names, w[size:], strict=True)
        },
    }
    write(args.out, facts, {"keys": prints, "rows": laid.ravel()}, MAGIC)
    print(f"{len(words)} words, {args.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
