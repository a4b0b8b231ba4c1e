"""What the rules and the tone say of each text, as JSON lines: the head's last step learns how far to trust them.

Usage: python infra/training/severity_rules.py TEXTS.json OUT.json   (TEXTS: [{"text", "lang", "brand"}])
Runs in the project's own environment; the training's has no pydantic.
"""

import json
import sys
from pathlib import Path

from tocsin.adapters.analyzers.ear import Ear
from tocsin.adapters.analyzers.tone import Tone
from tocsin.adapters.analyzers.tone_words import ToneWords
from tocsin.domain.brand import Brand
from tocsin.domain.matters import BRAND
from tocsin.domain.reading import Sentiment
from tocsin.domain.reading_language import language_of
from tocsin.domain.sentiment import model
from tocsin.domain.severity_facts import facts_of
from tocsin.domain.severity_head import head
from tocsin.domain.severity_rules import ruled
from tocsin.domain.severity_stands import places_of, stands
from tocsin.domain.tokens import plain


def main(texts: Path, out: Path) -> None:
    said_of = []
    words = ToneWords()
    ear = Ear(model(), head(), words)
    tone = Tone(ear, model(), words)
    for row in json.loads(texts.read_text(encoding="utf-8")):
        brand = Brand(name=row["brand"], terms=(row["brand"],)) if row["brand"] else None
        text = plain(row["text"])
        said = ear.hear(text)
        language = language_of(text, said.heard.profiles, model(), row["lang"])
        if language.cyrillic:
            text, brand = language.cyrillic, None
            said = ear.hear(text)
        sentiment, score, _ = tone.told(text, said, language, brand)
        heard = ruled(text, language.tag, brand, negative=sentiment is Sentiment.NEGATIVE)
        concepts = [concept for concept in heard.spans if concept != BRAND]
        if row["brand"]:
            concepts += stands(heard.tokens, heard.spans, places_of(heard.tokens, (row["brand"],)))
        facts = facts_of(heard.judged, score, len(heard.tokens))
        said_of.append({"tokens": heard.tokens, "concepts": concepts, "facts": facts})
    out.write_text(json.dumps(said_of, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
