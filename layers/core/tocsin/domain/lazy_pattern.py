"""Regular expressions that are compiled when first needed: dozens of alternatives cost a cold start milliseconds each,
and most posts need none of them."""

import re
from collections.abc import Iterator
from functools import cached_property


class LazyPattern:
    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.source, re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        return self.compiled.match(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.compiled.finditer(text)
