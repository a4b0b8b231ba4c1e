"""What people and bots do to a text when they pass it on. Each edit is a function of (random, text, other texts)."""

import random
from collections.abc import Callable, Sequence

Edit = Callable[[random.Random, str, Sequence[str]], str]

_EMOJI = "😡 🤬 😂 👇 ❗️ 🔥 💔 🙏 🇺🇦 ⚡️ 👀 😱".split()
_TAGS = (
    "#news #breaking #fail #viral #новини #Україна #увага #терміново #новости #срочно #noticias #ultimahora #España"
    " #eilmeldung #wichtig #fyp #kyiv #madrid".split()
)
_FOOTERS = (
    "Підписатись | Надіслати новину",
    "👉 Підписуйтесь на «Місто Онлайн»",
    "Наш сайт | Реклама | Чат",
    "Джерело: прес-служба",
    "Надсилайте новини: @misto_bot",
    "Подписаться | Прислать новость",
    "Наш чат | Реклама",
    "Subscribe to Daily Noise",
    "Photo: reader",
    "Sent from my iPhone",
    "Suscríbete al canal ➡️ @lahora",
    "Enviado desde mi iPhone",
    "Más en el enlace de la bio",
    "Jetzt Kanal abonnieren",
    "Gesendet mit der App für Android",
)
_LEADS = (
    "omg look at this",
    "This!",
    "дивіться що робиться",
    "Ось вам і сервіс",
    "и снова они",
    "mirad esto por favor",
    "Unglaublich aber wahr",
    "wow",
    "Поширте будь ласка",
)


def reworded(rng: random.Random, text: str, others: Sequence[str], share: float) -> str:
    """A share of the words dropped, changed for another post's, added or swapped with their neighbour."""
    words = text.split()
    for _ in range(max(1, round(len(words) * share))):
        at, what = rng.randrange(len(words)), rng.randrange(4)
        other = rng.choice(rng.choice(others).split())
        if what == 0 and len(words) > 4:
            words.pop(at)
        elif what == 1:
            words[at] = other
        elif what == 2:
            words.insert(at, other)
        elif at + 1 < len(words):
            words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def mistyped(rng: random.Random, text: str) -> str:
    """One word in ten with a letter dropped, doubled or swapped."""
    words = text.split()
    for _ in range(max(1, len(words) // 10)):
        at = rng.randrange(len(words))
        word = words[at]
        if len(word) > 3:
            letter = rng.randrange(1, len(word) - 1)
            middle = rng.choice(
                (word[letter + 1], word[letter] * 2 + word[letter + 1], word[letter + 1] + word[letter])
            )
            words[at] = word[:letter] + middle + word[letter + 2 :]
    return " ".join(words)


def cut(text: str, share: float) -> str:
    return text[: max(12, int(len(text) * share))].rsplit(" ", 1)[0] + "…"


def _turned(text: str) -> str:
    words = text.split()
    return " ".join(words[len(words) // 3 :] + words[: len(words) // 3])


EDITS: dict[str, Edit] = {
    "all capitals": lambda _, text, __: text.upper(),
    "retweet": lambda rng, text, _: f"RT @user{rng.randrange(999)}: {text}",
    "another link": lambda rng, text, _: f"{text} https://t.co/{rng.randrange(10**9):x}",
    "emoji": lambda rng, text, _: f"{rng.choice(_EMOJI)} {text} {''.join(rng.choices(_EMOJI, k=3))}",
    "hashtags": lambda rng, text, _: f"{text} {' '.join(rng.sample(_TAGS, 3))}",
    "bot's footer": lambda rng, text, _: f"{text}\n\n{rng.choice(_FOOTERS)}",
    "cut to 80 %": lambda _, text, __: cut(text, 0.8),
    "cut to 60 %": lambda _, text, __: cut(text, 0.6),
    "typing errors": lambda rng, text, _: mistyped(rng, text),
    "1 word in 10 changed": lambda rng, text, others: reworded(rng, text, others, 0.1),
    "1 word in 5 changed": lambda rng, text, others: reworded(rng, text, others, 0.2),
    "order turned": lambda _, text, __: _turned(text),
    "own words before it": lambda rng, text, _: f"{rng.choice(_LEADS)}: {text}",
    "several at once": lambda rng, text, others: (
        f"{rng.choice(_EMOJI)} {reworded(rng, text, others, 0.08).upper()} {rng.choice(_TAGS)}\n{rng.choice(_FOOTERS)}"
    ),
}
