"""Which languages a word speaks for: a codebook of at most 255 profiles over the languages, one byte a word."""

from collections import Counter, defaultdict

import numpy as np
from sklearn.cluster import KMeans

LISTED = 3.0
"""A word of a language's vocabulary list (wordfreq) counts as if that many texts had it."""


def profiles(
    texts: dict[str, list[list[str]]], lists: dict[str, list[str]], words: list[str]
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(languages, profiles x languages in log-odds, profile of each word; 0: says nothing)."""
    languages = sorted({*texts, *lists})
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    size = {}
    for language in languages:
        for tokens in texts.get(language, []):
            counts[language].update(set(tokens))
        for word in lists.get(language, []):
            counts[language][word] += LISTED
        size[language] = max(len(texts.get(language, [])), 4_000)
    shares = np.array([[counts[language][word] / size[language] for language in languages] for word in words])
    total = shares.sum(1)
    chance = (shares + 2e-4 / len(languages)) / (total[:, None] + 2e-4)
    says = np.log(chance * len(languages))
    heard = np.array([sum(counts[language][word] for language in languages) for word in words])
    use = heard >= 2
    learner = KMeans(254, n_init=1, random_state=0, max_iter=40)
    learner.fit(says[use], sample_weight=np.sqrt(heard[use]))
    code = np.zeros(len(words), np.uint8)
    code[use] = learner.predict(says[use]) + 1
    return languages, np.vstack([np.zeros(len(languages)), learner.cluster_centers_]), code
