"""Writes layers/core/tocsin/domain/story_senses.bin: which words of five languages mean about the same.

Usage: python infra/training/story_senses.py ANNOTATIONS   (fixed seed; 5 minutes, 15 more where no vector is kept)

ANNOTATIONS is the folder of that name in the npm package cldr-annotations-full (Unicode CLDR 48, Unicode licence):
each emoji's keywords in every language. The teacher's vectors of words lean on spelling; a linear map is learned that
brings keywords of one emoji in two languages together and holds others apart. Words are then clustered, and the
clusters written by the beginnings of their words.
"""

import argparse
import itertools
import json
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="2", OPENBLAS_NUM_THREADS="2")

import numpy as np
from teacher import of_texts
from wordfreq import top_n_list, zipf_frequency

from tocsin.domain.story_senses import AKIN, SHORTEST, form_of, sense_of
from tocsin.domain.story_terms import plain_words

ROOT = Path(__file__).resolve().parents[2]
OUT, DATA = ROOT / "layers/core/tocsin/domain/story_senses.bin", ROOT / "tests" / "data"
LISTED = {"en": 16_000, "uk": 20_000, "es": 16_000, "ru": 20_000, "de": 16_000}
RAREST = 2.6
"""Zipf frequency (wordfreq) below which a word has no sense."""
SENSES, DIMENSIONS, ROUNDS = 4_000, 96, 15
NEAR, SURE = 0.6, 0.45
"""Cosine from which a sense is akin to another, and a word is of its sense."""
STEPS, BATCH, OTHERS, RATE, SHARPNESS = 1_200, 384, 1_024, 1e-3, 0.05
PURE = 0.8
"""Share of the words of one beginning that must be of one sense."""
WORDS_OF_A_POST = 10
EVERYWHERE = 60
"""Emoji from which a keyword (face, animal) tells nothing."""
Pairs = list[tuple[int, int]]
Keywords = dict[str, dict[str, list[int]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("annotations", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".tools/teacher/concepts"))
    args = parser.parse_args()
    listed = [word for lang, size in LISTED.items() for word in top_n_list(lang, size)]
    words = list(dict.fromkeys(word for word in listed if word.isalpha() and len(word) > 1))
    found = of_texts(words, args.cache)
    words = [word.replace("ё", "е") for word in words]
    heard = np.array([[zipf_frequency(word, lang) for lang in LISTED] for word in words])
    language = heard.argmax(1)
    for each in range(len(LISTED)):
        found[language == each] -= found[(language == each) & (heard.max(1) > 2)].mean(0)
    found = unit(found)
    emoji = keywords(args.annotations, words)
    pairs = matched(found, emoji)
    pairs = matched(unit(found @ whitening(found, pairs)), emoji)
    turned = found @ whitening(found, pairs)
    turned = unit(turned @ learned(turned / np.sqrt((turned**2).sum(1).mean()), pairs, heard.max(1) > 3))
    _, _, axes = np.linalg.svd(turned[::5], full_matrices=False)
    turned = unit(turned @ axes[:DIMENSIONS].T)
    centres, senses = clusters(turned)
    sure = (turned * centres[senses]).sum(1) >= SURE
    rate = np.where(heard > 0, 10 ** (heard - 9), 0)
    share = np.zeros((SENSES, len(LISTED)))
    np.add.at(share, senses, rate)
    likeness = centres @ centres.T
    np.fill_diagonal(likeness, -1)
    near = [
        [(int(other), float(row[other])) for other in np.argsort(-row)[:AKIN] if row[other] >= NEAR] for row in likeness
    ]
    known: dict[str, tuple[int, float]] = {}
    for word, sense, often, chosen in zip(words, senses, heard.max(1), sure, strict=True):
        plain = "".join(plain_words(word))
        if chosen and often >= RAREST and len(plain) > 2 and often > known.get(plain, (0, 0.0))[1]:
            known[plain] = (int(sense), float(often))
    by_beginning = beginnings(known)
    shares = np.minimum(1, WORDS_OF_A_POST * share.max(1)).tolist()
    OUT.write_bytes(form_of(by_beginning, shares, near))
    shares = [max(pair) for pair in zip(shares, complained(), strict=True)]
    OUT.write_bytes(form := form_of(by_beginning, shares, near))
    print(f"{len(known):,} words, {len(form):,} bytes")


def complained() -> list[float]:
    """The share of ordinary complaints that a sense stands in: what everybody complains with tells no event."""
    lines = (DATA / "complaints.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [row["text"] for row in map(json.loads, lines) if row["part"] == "tune"]
    found = Counter(sense for text in texts for sense in {sense_of(word) for word in plain_words(text)})
    return [found[sense] / len(texts) if found[sense] > 2 else 0.0 for sense in range(SENSES)]


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def keywords(folder: Path, words: list[str]) -> Keywords:
    """By emoji and language: the single words that people search it by, those of fewer than EVERYWHERE emoji."""
    place = {word: number for number, word in reversed(list(enumerate(words)))}
    found: Keywords = defaultdict(dict)
    for lang in LISTED:
        said = json.loads((folder / lang / "annotations.json").read_text(encoding="utf-8"))
        for emoji, entry in said["annotations"]["annotations"].items():
            texts = [text.lower().replace("ё", "е") for text in (*entry.get("default", []), *entry.get("tts", []))]
            single = {parts[0] for text in texts if len(parts := re.findall(r"[^\W\d_]+", text)) == 1}
            found[emoji][lang] = sorted(place[word] for word in single if word in place)
    often = Counter(number for lists in found.values() for numbers in lists.values() for number in numbers)
    return {
        emoji: {lang: [each for each in numbers if often[each] < EVERYWHERE] for lang, numbers in lists.items()}
        for emoji, lists in found.items()
    }


def matched(vectors: np.ndarray, emoji: Keywords) -> Pairs:
    """Of each emoji's keywords in two languages those that are each other's nearest: nearly always translations."""
    found = set()
    for lists in emoji.values():
        for one, other in itertools.combinations(LISTED, 2):
            ours, theirs = lists.get(one, []), lists.get(other, [])
            if not ours or not theirs:
                continue
            like = vectors[ours] @ vectors[theirs].T
            for row, column in enumerate(like.argmax(1)):
                if like[:, column].argmax() == row and like[row, column] > 0.25:
                    found.add((ours[row], theirs[column]))
    return sorted(found)


def whitening(vectors: np.ndarray, pairs: Pairs) -> np.ndarray:
    """Directions in which translations differ, toned down (within-class covariance normalisation)."""
    apart = np.stack([vectors[one] - vectors[other] for one, other in pairs if one != other])
    spread = apart.T @ apart / len(apart)
    spread += 0.03 * np.trace(spread) / len(spread) * np.eye(len(spread))
    values, axes = np.linalg.eigh(spread)
    return (axes / np.sqrt(values)) @ axes.T


def learned(vectors: np.ndarray, pairs: Pairs, common: np.ndarray) -> np.ndarray:
    """A linear map under which a word is nearer to its translation than to a thousand others (InfoNCE, Adam)."""
    rng, size = np.random.default_rng(0), vectors.shape[1]
    told = np.array([pair for pair in pairs if pair[0] != pair[1]])
    others = np.where(common)[0]
    turn = np.eye(size, dtype=np.float32)
    mean, square = np.zeros_like(turn), np.zeros_like(turn)
    for step in range(1, STEPS + 1):
        batch = told[rng.integers(len(told), size=BATCH)]
        if rng.random() < 0.5:
            batch = batch[:, ::-1]
        strangers = rng.choice(others, OTHERS)
        left, right = vectors[batch[:, 0]], np.concatenate([vectors[batch[:, 1]], vectors[strangers]])
        a, b = left @ turn, right @ turn
        long_a, long_b = (np.linalg.norm(rows, axis=1, keepdims=True) for rows in (a, b))
        a, b = a / long_a, b / long_b
        chance = a @ b.T / SHARPNESS
        chance = np.exp(chance - chance.max(1, keepdims=True))
        chance /= chance.sum(1, keepdims=True)
        chance[np.arange(BATCH), np.arange(BATCH)] -= 1
        slope = chance / (BATCH * SHARPNESS)
        of_a, of_b = slope @ b, slope.T @ a
        of_a = (of_a - a * (of_a * a).sum(1, keepdims=True)) / long_a
        of_b = (of_b - b * (of_b * b).sum(1, keepdims=True)) / long_b
        gradient = left.T @ of_a + right.T @ of_b + 1e-4 * (turn - np.eye(size))
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        turn -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return turn


def clusters(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spherical k-means: (centres, the cluster of each row)."""
    rng = np.random.default_rng(0)
    centres = vectors[rng.choice(len(vectors), SENSES, replace=False)].copy()
    for _ in range(ROUNDS):
        parts = [(vectors[at : at + 8192] @ centres.T).argmax(1) for at in range(0, len(vectors), 8192)]
        of_rows = np.concatenate(parts)
        sums = np.zeros_like(centres)
        np.add.at(sums, of_rows, vectors)
        empty = np.linalg.norm(sums, axis=1) < 1e-6
        sums[empty] = vectors[rng.integers(len(vectors), size=empty.sum())]
        centres = unit(sums)
    return centres, of_rows


def beginnings(known: dict[str, tuple[int, float]]) -> dict[str, int]:
    """The shortest beginnings that are of one sense; `=` marks a whole word that is of another."""
    under = defaultdict(list)
    for word in known:
        for size in range(SHORTEST, len(word) + 1):
            under[word[:size]].append(word)
    found = {f"={word}": sense for word, (sense, _) in known.items() if len(word) < SHORTEST}

    def walk(beginning: str) -> None:
        words = under[beginning]
        if len(words) == 1:
            word = words[0]
            root = word[: max(len(beginning), 5 if len(word) > 6 else 4, len(word) - 2)]
            found[f"={word}" if len(word) < 6 else root] = known[word][0]
            return
        votes: Counter[int] = Counter()
        for word in words:
            votes[known[word][0]] += 10 ** (known[word][1] / 2)
        sense, votes_for = votes.most_common(1)[0]
        if len(beginning) > SHORTEST and votes_for >= PURE * sum(votes.values()):
            found[beginning] = sense
            found.update({f"={word}": known[word][0] for word in words if known[word][0] != sense})
            return
        if beginning in known:
            found[f"={beginning}"] = known[beginning][0]
        size = len(beginning) + 1
        for longer in sorted({word[:size] for word in words if len(word) >= size}):
            walk(longer)

    for beginning in sorted({word[:SHORTEST] for word in known if len(word) >= SHORTEST}):
        walk(beginning)
    return found


if __name__ == "__main__":
    main()
