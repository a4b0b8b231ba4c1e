"""The desk's stores in memory: controls, alarms that nobody heard, reports and marks."""

from tocsin.adapters.memory import MemoryMentionStore
from tocsin.domain.controls import Controls
from tocsin.domain.errors import ConflictError
from tocsin.domain.marks import Correction, Verdict, corrected, counted
from tocsin.domain.reading import ScoredMention
from tocsin.domain.report import ReportBook


class MemoryControlStore:
    def __init__(self) -> None:
        self._controls = Controls()
        self._book = ReportBook()

    def load(self) -> Controls:
        return self._controls

    def save(self, controls: Controls) -> None:
        if controls.version != self._controls.version + 1:
            raise ConflictError(f"version {controls.version - 1} was expected, {self._controls.version} is there")
        self._controls = controls

    def book(self) -> ReportBook:
        return self._book

    def save_book(self, book: ReportBook) -> None:
        if book.version != self._book.version + 1:
            raise ConflictError(f"version {book.version - 1} was expected, {self._book.version} is there")
        self._book = book


class MemoryMarkStore:
    def __init__(self, mentions: MemoryMentionStore) -> None:
        self._mentions = mentions
        self._marks: dict[tuple[str, str], Correction] = {}

    def scored(self, brand: str, mention_id: str) -> ScoredMention | None:
        return self._mentions.scored(brand, mention_id)

    def correction(self, brand: str, mention_id: str) -> Correction | None:
        return self._marks.get((brand, mention_id))

    def corrections(self, brand: str, limit: int) -> tuple[Correction, ...]:
        return tuple(self._marks[key] for key in sorted(self._marks) if key[0] == brand)[:limit]

    def save(self, correction: Correction, original: ScoredMention, before: Verdict | None) -> None:
        place = (correction.brand, correction.mention_id)
        known = self._marks.get(place)
        if correction.version != (known.version if known else 0) + 1:
            raise ConflictError("somebody else marked it meanwhile")
        if self._mentions.scored(*place) is None:
            raise ConflictError("the mention is gone")
        self._mentions.amend(correction.brand, counted(original, before), counted(original, correction.verdict))
        self._mentions.show(correction.brand, corrected(original, correction.verdict))
        self._marks[place] = correction
