"""What the teacher says of whole texts: softer labels for some that have one, and labels for subtitles that have none.

The teacher's vectors of texts, and a logistic regression on them learned from the labelled ones. A text's own label
never teaches what is said of it (four folds). A film line's chances are brought to equal shares of the labels within
its language, since subtitles are no posts. XED's own labels, which know no neutral, are not looked at.
"""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
from corpus import LABELS
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

POSTS = tuple(f"umsab_{lang}" for lang in "ar de en es fr it pt".split())
SHOWN = {"tweeteval_sentiment": 6_000} | dict.fromkeys(POSTS, 9_999)
UNLABELLED = dict.fromkeys((f"xed_{lang}" for lang in "es fr it pt de".split()), 2_200)
SOFTENED = frozenset({"tweeteval_sentiment", "umsab_en", "umsab_fr", "umsab_it"})
"""Sets whose labels are mixed with the teacher's: where it is surest on texts that it was not shown."""
TEACHER_SHARE, UNLABELLED_WEIGHT = 0.3, 1.2
FOLDS, STRENGTH, TWEETS_WEIGHT = 4, 0.03, 0.5

Row = dict[str, Any]


def sample(sets: dict[str, list[Row]]) -> list[tuple[str, Row]]:
    """(set, row) of the texts that the teacher reads, the same each time."""
    chance, found = random.Random(0), []  # noqa: S311 the same each time is what is wanted
    for name in (*POSTS, "tweeteval_sentiment", *UNLABELLED):
        size = (SHOWN | UNLABELLED)[name]
        rows = sets[name]
        found += [(name, row) for row in (rows if len(rows) <= size else chance.sample(rows, size))]
    return found


def guesses(
    sets: dict[str, list[Row]], vectors: Callable[[list[str]], np.ndarray]
) -> list[tuple[str, Row, np.ndarray]]:
    """(set, row, chances of the three labels) of each text of the sample."""
    read = sample(sets)
    x = vectors([row["text"] for _, row in read])
    x = (x - x.mean(0)) / x.std()
    shown = np.array([name in SHOWN for name, _ in read])
    label = np.array([LABELS.index(row["label"]) if name in SHOWN else 1 for name, row in read])
    weight = np.array([TWEETS_WEIGHT if name.startswith("tweet") else 1.0 for name, _ in read])
    chances = np.zeros((len(read), len(LABELS)))
    places = np.where(shown)[0]

    def learned(of: np.ndarray) -> LogisticRegression:
        return LogisticRegression(C=STRENGTH, max_iter=300).fit(x[of], label[of], weight[of])

    for taught, held in KFold(FOLDS, shuffle=True, random_state=0).split(places):
        chances[places[held]] = learned(places[taught]).predict_proba(x[places[held]])
    chances[~shown] = learned(places).predict_proba(x[~shown])
    for name in UNLABELLED:
        own = np.array([each == name for each, _ in read])
        chances[own] = _even(chances[own])
    return [(name, row, chances[place]) for place, (name, row) in enumerate(read)]


def _even(chances: np.ndarray) -> np.ndarray:
    for _ in range(30):
        chances = chances / chances.mean(0)
        chances /= chances.sum(1, keepdims=True)
    return chances
