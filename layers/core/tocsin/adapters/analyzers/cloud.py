"""Which reader of the cloud a client's file asks for. What it doesn't ask for is not loaded."""

from collections.abc import Callable
from typing import Any

from tocsin.domain.reader_settings import ReaderSettings
from tocsin.ports import CloudReader, CloudReaders


def cloud_readers(aws: Callable[[str], Any]) -> CloudReaders:
    """``aws`` makes boto3's client of a service."""

    def reader(settings: ReaderSettings) -> CloudReader | None:
        if settings.kind == "comprehend":
            from tocsin.adapters.analyzers.comprehend import ComprehendReader

            return ComprehendReader(aws("comprehend"))
        price = settings.token_price
        if settings.kind == "bedrock" and settings.model is not None and price is not None:
            from tocsin.adapters.analyzers.bedrock import BedrockReader

            return BedrockReader(aws("bedrock-runtime"), settings.model, price)
        return None

    return reader
