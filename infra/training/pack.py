"""The file that ships: open-addressing tables of 16-bit prints and int8 weights, read by tocsin.domain.sentiment."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.domain.sentiment import MAGIC

PERCENTILE = 99.97
"""Of the weights' sizes: the few beyond are cut, so that the many keep their fineness."""


def scale_of(weights: np.ndarray) -> float:
    return float(np.percentile(np.abs(weights), PERCENTILE)) / 127


def small(weights: np.ndarray, scale: float) -> np.ndarray:
    return np.clip(np.round(weights / scale), -127, 127).astype(np.int8)


def table(keys: np.ndarray, columns: list[np.ndarray], slots: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Keys (32 bits) laid out by linear probing: their upper 16 bits, 0 is free, and the columns beside them."""
    prints = np.zeros(slots, np.uint16)
    laid = [np.zeros(slots, column.dtype) for column in columns]
    for number, key in enumerate(int(key) for key in keys):
        at, mark = key & (slots - 1), (key >> 16) or 1
        while prints[at]:
            at = (at + 1) & (slots - 1)
        prints[at] = mark
        for to, column in zip(laid, columns, strict=True):
            to[at] = column[number]
    return prints, laid


def write(path: Path, facts: dict[str, Any], tables: dict[str, np.ndarray], magic: bytes = MAGIC) -> None:
    kinds = {"uint16": "H", "int8": "b", "uint8": "B"}
    facts["tables"] = [[name, kinds[str(part.dtype)], part.nbytes] for name, part in tables.items()]
    head = json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()
    out = bytearray(magic + len(head).to_bytes(4, "little") + head)
    out += bytes(-len(out) % 8)
    for part in tables.values():
        out += part.astype(part.dtype.newbyteorder("<")).tobytes()
        out += bytes(-len(out) % 8)
    path.write_bytes(out)
