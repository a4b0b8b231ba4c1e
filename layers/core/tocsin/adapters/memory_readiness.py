"""The twin of the readiness store."""

from tocsin.domain.readiness_report import ReadinessReport


class MemoryReadinessStore:
    def __init__(self) -> None:
        self._report: ReadinessReport | None = None

    def load(self) -> ReadinessReport | None:
        return self._report

    def save(self, report: ReadinessReport) -> None:
        self._report = report
