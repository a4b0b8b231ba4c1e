"""The learner: multinomial logistic regression by AdaGrad over words, their letters, sequences and a text's vector.

Whole words and sequences are dropped at random, so that no feature leans on another; n-grams must stand alone, since
a word never seen has nothing else.
"""

import math

import numba
import numpy as np


@numba.njit(fastmath=True)
def head(x, y, weight, scale, h, square, rate, seed):
    """One pass over the texts' vectors alone; ``h`` (dimensions x 3) learns."""
    np.random.seed(seed)
    p = np.zeros(3)
    for d in np.random.permutation(len(weight)):
        for k in range(3):
            p[k] = 0.0
        for j in range(x.shape[1]):
            for k in range(3):
                p[k] += scale * x[d, j] * h[j, k]
        top = p.max()
        total = 0.0
        for k in range(3):
            p[k] = math.exp(p[k] - top)
            total += p[k]
        for k in range(3):
            p[k] = (p[k] / total - y[d, k]) * weight[d]
        for j in range(x.shape[1]):
            for k in range(3):
                g = scale * x[d, j] * p[k]
                square[j, k] += g * g
                h[j, k] -= rate * g / math.sqrt(square[j, k] + 1e-3)


@numba.njit(fastmath=True)
def epoch(  # noqa: C901, PLR0912 one loop, compiled: calls would be copies
    given,
    y,
    weight,
    scale,
    language,
    texts,
    words,
    pairs_at,
    pairs,
    grams_at,
    grams,
    unit,
    known,
    w,
    squares,
    rate,
    word_share,
    pair_share,
    drop,
    pair_drop,
    seed,
):
    """One pass. ``w``, ``squares``: (n-grams, words, sequences, languages); ``given``: logits that stay as they are."""
    np.random.seed(seed)
    w_gram, w_word, w_pair, w_language = w
    s_gram, s_word, s_pair, s_language = squares
    p = np.zeros(3)
    longest = 0
    for d in range(len(weight)):
        longest = max(longest, texts[d + 1] - texts[d], pairs_at[d + 1] - pairs_at[d])
    keep = np.ones(longest + 1, np.uint8)
    keep_pair = np.ones(longest + 1, np.uint8)
    decay = 1e-4
    for d in np.random.permutation(len(weight)):
        s = scale[d]
        for k in range(3):
            p[k] = given[d, k] + w_language[language[d], k]
        a, b, c, e = texts[d], texts[d + 1], pairs_at[d], pairs_at[d + 1]
        for t in range(a, b):
            r = np.random.random()
            keep[t - a] = 0 if r < drop else (1 if r < 2 * drop else 2)
            if keep[t - a] == 0:
                continue
            i = words[t]
            if keep[t - a] == 2 and known[i]:
                for k in range(3):
                    p[k] += s * word_share * w_word[i, k]
            for q in range(grams_at[i], grams_at[i + 1]):
                for k in range(3):
                    p[k] += s * unit[i] * w_gram[grams[q], k]
        for t in range(c, e):
            keep_pair[t - c] = 0 if np.random.random() < pair_drop else 1
            if keep_pair[t - c]:
                for k in range(3):
                    p[k] += s * pair_share * w_pair[pairs[t], k]
        top = p.max()
        total = 0.0
        for k in range(3):
            p[k] = math.exp(p[k] - top)
            total += p[k]
        for k in range(3):
            p[k] = (p[k] / total - y[d, k]) * weight[d]
            s_language[language[d], k] += p[k] * p[k]
            w_language[language[d], k] -= rate * 0.3 * p[k] / math.sqrt(s_language[language[d], k] + 1e-6)
        for t in range(a, b):
            if keep[t - a] == 0:
                continue
            i = words[t]
            if keep[t - a] == 2 and known[i]:
                for k in range(3):
                    g = s * word_share * p[k] + decay * w_word[i, k]
                    s_word[i, k] += g * g
                    w_word[i, k] -= rate * g / math.sqrt(s_word[i, k] + 1e-3)
            for q in range(grams_at[i], grams_at[i + 1]):
                f = grams[q]
                for k in range(3):
                    g = s * unit[i] * p[k] + decay * w_gram[f, k]
                    s_gram[f, k] += g * g
                    w_gram[f, k] -= rate * g / math.sqrt(s_gram[f, k] + 1e-3)
        for t in range(c, e):
            if keep_pair[t - c]:
                f = pairs[t]
                for k in range(3):
                    g = s * pair_share * p[k] + decay * w_pair[f, k]
                    s_pair[f, k] += g * g
                    w_pair[f, k] -= rate * g / math.sqrt(s_pair[f, k] + 1e-3)
