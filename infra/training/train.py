"""Train the sentiment model that ships: `make train DATA=<folder of the sets>`. Fixed seeds; about 35 minutes on
one core, nearly all of them the teacher's, whose vectors are kept for the next time."""

import argparse
import os
from collections import Counter
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import linear
import numpy as np
import scipy.sparse as sp
from corpus import LABELS, SENTIMENT, SUBTITLES, rows, training
from languages import profiles
from pack import scale_of, small, table, write
from soft import SOFTENED, TEACHER_SHARE, UNLABELLED, UNLABELLED_WEIGHT, guesses
from teacher import of_texts, vectors
from wordfreq import top_n_list

from tocsin.domain.sentiment import Model, ngrams, sequence_keys, word_key
from tocsin.domain.tokens import clean, heard, raw_tokens

GRAM_BITS, WORD_SLOTS, PAIR_SLOTS = 20, 1 << 17, 1 << 19
LISTED = {"uk": 14_000, "es": 10_000, "ru": 10_000, "de": 9_000, "fr": 9_000, "it": 9_000, "pt": 9_000, "ar": 9_000,
          "en": 6_000, "hi": 4_000, "pl": 6_000}  # fmt: skip
UNTAUGHT = {"pl"}
"""Told apart as a language, but no text teaches its sentiment."""
EPOCHS, HEAD_EPOCHS, RATE, SEEDS = 4, 6, 0.1, (1, 2, 3, 4)
HEAD_SCALE, WORD_SHARE, PAIR_SHARE = 2.0, 1.0, 0.6
DROP, PAIR_DROP = 0.05, 0.1
SMOOTH = 0.1
"""Share of a label that is spread over all three: annotators err."""
TEXTS_OF_A_SEQUENCE = 3
WEIGHT = {"umsab_hi": 0.5} | {f"brighter_{lang}": 0.3 for lang in "ar-dz ar-ma de en es hi pt".split()}
"""umsab_hi: its labels can hardly be told from noise (cross-validated macro F1 35.7, chance is 33)."""
UNSURE = 0.5
"""Sharpness kept for a language that no text taught."""


def tokens(text: str) -> list[str]:
    found: list[str] = []
    for raw in raw_tokens(clean(text)):
        words, marks = heard(raw)
        found += [*words, *marks]
    return found


def rows_of(lists: list[list[int]], kind: type) -> tuple[np.ndarray, np.ndarray]:
    starts = np.zeros(len(lists) + 1, np.int64)
    starts[1:] = np.cumsum([len(part) for part in lists])
    return starts, np.array([item for part in lists for item in part], kind)


def base(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0]


def main() -> None:  # noqa: PLR0915 one recipe, read from top to bottom
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".tools/teacher"))
    parser.add_argument("--date", required=True, help="the date of the training, for the card")
    args = parser.parse_args()

    sets = list(training(args.data, (*SENTIMENT, *SUBTITLES)))
    taught = [(name, row) for name, found in sets if name in SENTIMENT for row in found]
    guessed = guesses(dict(sets), lambda texts: of_texts(texts, args.cache))
    softened = {(name, row["text"]): chances for name, row, chances in guessed if name in SOFTENED}
    subtitles = [(name, row, chances) for name, row, chances in guessed if name in UNLABELLED]
    labelled = len(taught)
    taught += [(name, row) for name, row, _ in subtitles]
    texts = [tokens(row["text"]) for _, row in taught]
    count = Counter(word for found in texts for word in dict.fromkeys(found))
    lists = {lang: [w for entry in top_n_list(lang, size) for w in tokens(entry) if w[0].isalpha() and len(w) > 1]
             for lang, size in LISTED.items()}  # fmt: skip
    seen = [word for word, times in count.items() if times > 1]
    listed = [w for lang, found in lists.items() if lang not in UNTAUGHT for w in found]
    wanted = list(dict.fromkeys([w for w in seen if any(c.isalpha() for c in w) and w[0] != "<"] + listed))
    words = list(dict.fromkeys([*seen, *listed, *count, *(w for lang in UNTAUGHT for w in lists[lang])]))
    number = {word: place for place, word in enumerate(words)}
    in_table = len(dict.fromkeys([*seen, *listed]))

    meaning = np.zeros((len(words), 384), np.float32)
    meaning[[number[word] for word in wanted]] = vectors(wanted, args.cache)

    starts, places = rows_of([[number[word] for word in found] for found in texts], np.int32)
    keys_of = [sequence_keys([word_key(word) for word in found]) for found in texts]
    times = Counter(key for found in keys_of for key in set(found))
    pair_keys = np.array(sorted(key for key, n in times.items() if n >= TEXTS_OF_A_SEQUENCE), dtype=np.int64)
    pair_number = {int(key): place for place, key in enumerate(pair_keys)}
    pair_starts, pairs = rows_of(
        [[pair_number[k] for k in set(found) if k in pair_number] for found in keys_of], np.int32
    )
    gram_starts, grams = rows_of([[gram % (1 << GRAM_BITS) for gram in ngrams(word)] for word in words], np.int32)
    sizes = np.diff(gram_starts)
    unit = np.where(sizes > 0, 1 / np.sqrt(np.maximum(sizes, 1)), 0).astype(np.float32)
    scale = (1 / np.sqrt(np.diff(starts) + 2.0)).astype(np.float32)
    known = np.array([count[word] > 1 for word in words], np.uint8)

    languages = sorted({base(row["lang"]) for _, row in taught})
    language = np.array([languages.index(base(row["lang"])) for _, row in taught])
    label = np.array([LABELS.index(row["label"]) for _, row in taught[:labelled]])
    label = np.concatenate([label, [int(np.argmax(chances)) for *_, chances in subtitles]])
    names = np.array([name for name, _ in taught])
    weight = np.ones(len(taught), np.float32)
    for name in set(names):
        own = names == name
        kinds = set(label[own])
        for kind in kinds:
            weight[own & (label == kind)] = own.sum() / (own & (label == kind)).sum() / len(kinds)
        weight[own] *= WEIGHT.get(name, 1.0)
    y = ((1 - SMOOTH) * np.eye(3)[label] + SMOOTH / 3).astype(np.float32)

    for place, (name, row) in enumerate(taught[:labelled]):
        if (chances := softened.get((name, row["text"]))) is not None:
            y[place] = (1 - TEACHER_SHARE) * y[place] + TEACHER_SHARE * chances
    y[labelled:] = [chances for *_, chances in subtitles]
    weight[labelled:] = UNLABELLED_WEIGHT

    counts = sp.csr_matrix((np.ones(len(places), np.float32), places, starts), shape=(len(texts), len(words)))
    x = np.ascontiguousarray((counts @ meaning) * scale[:, None], dtype=np.float32)
    letters = sp.csr_matrix((np.ones(len(grams), np.float32), grams, gram_starts), shape=(len(words), 1 << GRAM_BITS))
    shapes = (1 << GRAM_BITS, len(words), len(pair_keys), len(languages))
    total = [np.zeros((rows_, 3), np.float32) for rows_ in shapes]
    h = np.zeros((384, 3), np.float32)
    square = np.zeros_like(h)
    for turn in range(HEAD_EPOCHS):
        rate = RATE * 0.5 * (1 - turn / HEAD_EPOCHS)
        linear.head(x, y, weight, HEAD_SCALE, h, square, rate, turn)
    given = (HEAD_SCALE * (x @ h)).astype(np.float32)
    for seed in SEEDS:
        w = tuple(np.zeros((rows_, 3), np.float32) for rows_ in shapes)
        squares = tuple(np.zeros_like(part) for part in w)
        for turn in range(EPOCHS):
            linear.epoch(given, y, weight, scale, language, starts, places, pair_starts, pairs, gram_starts,
                         grams, unit, known, w, squares, RATE * (1 - turn / EPOCHS), WORD_SHARE, PAIR_SHARE, DROP,
                         PAIR_DROP, 100 * seed + turn)  # fmt: skip
        for to, part in zip(total, w, strict=True):
            np.add(to, part / len(SEEDS), out=to)
        print(f"seed {seed} done", flush=True)

    def two(weights: np.ndarray) -> np.ndarray:
        return (weights[:, [0, 2]] - weights[:, [1]]).astype(np.float32)

    folded = two(
        HEAD_SCALE * (meaning @ h) + unit[:, None] * (letters @ total[0]) + known[:, None] * WORD_SHARE * total[1]
    )
    by_pair, by_gram, bias = PAIR_SHARE * two(total[2]), two(total[0]), two(total[3])

    spoken: dict[str, list[list[str]]] = {}
    for _, found in sets:
        for row in found:
            spoken.setdefault(base(row["lang"]), []).append([w for w in tokens(row["text"]) if w[0].isalpha()])
    shipped = [*words[:in_table], *dict.fromkeys(w for lang in UNTAUGHT for w in lists[lang] if number[w] >= in_table)]
    tongues, profile, code = profiles(spoken, lists, shipped)
    rows_shipped = [number[word] for word in shipped]
    folded = folded[rows_shipped]
    folded[in_table:] = 0

    scales = {"words": scale_of(folded), "pairs": scale_of(by_pair), "grams": scale_of(by_gram)}
    prints, columns = table(
        np.array([word_key(word) for word in shipped]),
        [small(folded[:, 0], scales["words"]), small(folded[:, 1], scales["words"]), code], WORD_SLOTS,
    )  # fmt: skip
    pair_prints, pair_columns = table(
        pair_keys, [small(by_pair[:, 0], scales["pairs"]), small(by_pair[:, 1], scales["pairs"])], PAIR_SLOTS
    )
    biases = {lang: [round(float(v), 4) for v in bias[place]] for place, lang in enumerate(languages)}
    biases["und"] = [round(float(v), 4) for v in bias.mean(0)]
    facts = {
        "date": args.date, "biases": biases, "scales": scales, "languages": tongues,
        "temperatures": {"und": 1.0},
        "profiles": [[round(float(value), 2) for value in row] for row in profile],
    }  # fmt: skip
    tables = {
        "word_keys": prints, "word_neg": columns[0], "word_pos": columns[1], "word_profile": columns[2],
        "pair_keys": pair_prints, "pair_neg": pair_columns[0], "pair_pos": pair_columns[1],
        "gram_neg": small(by_gram[:, 0], scales["grams"]), "gram_pos": small(by_gram[:, 1], scales["grams"]),
    }  # fmt: skip
    write(args.out, dict(facts), tables)
    sharpness = _sharpness(Model(args.out.read_bytes()), args.data)
    facts["temperatures"] = dict.fromkeys(languages, sharpness) | {"und": round(sharpness * UNSURE, 3)}
    write(args.out, dict(facts), tables)
    print(f"{len(shipped)} words, {len(pair_keys)} sequences, {args.out.stat().st_size:,} bytes, sharpness {sharpness}")


def _sharpness(model: Model, folder: Path) -> float:
    """The factor on the log-odds under which the val texts are likeliest (temperature scaling, Guo et al. 2017)."""
    held = [(base(row["lang"]), model.hear(row["text"]), row["label"])
            for name in SENTIMENT if name != "umsab_hi" for row in rows(folder, name, "val")]  # fmt: skip
    best = (float("inf"), 1.0)
    for sharpness in np.arange(0.3, 2.5, 0.05):
        model.temperatures["und"] = float(sharpness)
        loss = -sum(np.log(getattr(model.judge(said, lang), right) + 1e-9) for lang, said, right in held)
        best = min(best, (loss, round(float(sharpness), 3)))
    return best[1]


if __name__ == "__main__":
    main()
