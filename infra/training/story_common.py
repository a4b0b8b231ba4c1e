"""Writes layers/core/tocsin/domain/story_common.txt: the stems and concepts that stand in many texts, with their share.

Usage: python infra/training/story_common.py FOLDER   (that of the sentiment sets; only their training parts are read)
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

from corpus import BRIGHTER, UMSAB, training

from tocsin.domain.story_terms import concept_of, plain_words, stem

LEAST, SEEN = 0.004, 8
OUT = Path(__file__).resolve().parents[2] / "layers/core/tocsin/domain/story_common.txt"
HEAD = """\
# Stems that stand in many short posts, and concepts (§), and in how many of a million: the most over the languages.
# Counted by infra/training/story_common.py in the training parts of TweetEval, UMSAB and BRIGHTER (CC-BY-4.0).
"""


def main(folder: Path) -> None:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    texts: Counter[str] = Counter()
    for _, rows in training(folder, ("tweeteval_sentiment", *UMSAB, *BRIGHTER)):
        for row in rows:
            language = row["lang"].split("-")[0]
            texts[language] += 1
            words = plain_words(row["text"])
            roots = {stem(word) for word in words if word.isalpha() and len(word) > 1}
            seen[language].update(roots | {f"§{concept}" for concept in map(concept_of, words) if concept})
    shares: Counter[str] = Counter()
    for language, counts in seen.items():
        for root, count in counts.items():
            shares[root] = max(shares[root], count * 1_000_000 // texts[language])
    kept = sorted((root, share) for root, share in shares.items() if share >= LEAST * 1e6 or root[0] == "§")
    OUT.write_text(HEAD + "".join(f"{root} {share}\n" for root, share in kept), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
