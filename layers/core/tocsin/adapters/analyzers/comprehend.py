"""Amazon Comprehend, BatchDetectSentiment: 25 texts of one language a call, the first 500 characters of each.

Its sentiment is the text's and not the brand's, so that it is asked only where our reader aims the text at the brand.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tocsin.adapters.analyzers.cloud_errors import answered
from tocsin.domain.errors import CloudReaderError
from tocsin.domain.reader_prices import COMPREHEND_LANGUAGES, COMPREHEND_READS, COMPREHEND_UNIT, comprehend_units
from tocsin.domain.reading import Sentiment, Unit
from tocsin.domain.second_opinion import Asked, Opinion

BYTES = 5_000
_LABELS = {"POSITIVE": Sentiment.POSITIVE, "NEGATIVE": Sentiment.NEGATIVE, "NEUTRAL": Sentiment.NEUTRAL}


class _Scores(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    positive: Unit = Field(alias="Positive", allow_inf_nan=False)
    negative: Unit = Field(alias="Negative", allow_inf_nan=False)
    neutral: Unit = Field(alias="Neutral", allow_inf_nan=False)
    mixed: Unit = Field(alias="Mixed", allow_inf_nan=False)


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    index: int = Field(alias="Index", ge=0)
    sentiment: str = Field(alias="Sentiment")
    scores: _Scores = Field(alias="SentimentScore")


class ComprehendReader:
    most = 25

    def __init__(self, client: Any) -> None:
        """``client``: boto3's of comprehend."""
        self._client = client

    def group(self, asked: Asked) -> str | None:
        return asked.language if asked.aimed and asked.language in COMPREHEND_LANGUAGES else None

    def cost(self, asked: Sequence[Asked]) -> Decimal:
        return COMPREHEND_UNIT * sum(comprehend_units(_sent(one)) for one in asked)

    def read(self, asked: Sequence[Asked]) -> tuple[Mapping[int, Opinion], Decimal]:
        with answered():
            answer = self._client.batch_detect_sentiment(
                TextList=[_sent(one) for one in asked], LanguageCode=asked[0].language
            )
        results = answer.get("ResultList") if isinstance(answer, Mapping) else None
        if not isinstance(results, list):
            raise CloudReaderError("an answer of another form", usd=self.cost(asked))
        opinions: dict[int, Opinion] = {}
        for raw in results:
            try:
                result = _Result.model_validate(raw)
                opinion = _opinion(result)
            except ValidationError:
                continue
            if opinion is not None and result.index < len(asked):
                opinions[result.index] = opinion
        return opinions, self.cost(asked)


def _sent(asked: Asked) -> str:
    return asked.text[:COMPREHEND_READS].encode("utf-8", "ignore")[:BYTES].decode("utf-8", "ignore")


def _opinion(result: _Result) -> Opinion | None:
    """Of mixed feelings the stronger half is told, when it is the bad one; praise with a but is no praise.

    Raise ValidationError when label and score contradict each other."""
    scores = result.scores
    score = max(-1.0, min(1.0, scores.positive - scores.negative))
    chances = {"POSITIVE": scores.positive, "NEGATIVE": scores.negative, "NEUTRAL": scores.neutral}
    if result.sentiment == "MIXED":
        label = Sentiment.NEGATIVE if score < 0 else Sentiment.NEUTRAL
        return Opinion(sentiment=label, score=score, confidence=scores.mixed)
    if result.sentiment not in _LABELS:
        return None
    return Opinion(sentiment=_LABELS[result.sentiment], score=score, confidence=chances[result.sentiment])
