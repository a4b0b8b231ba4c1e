"""Which column of an export is what, by the headings that tools use in English, Ukrainian, Spanish, Russian, German."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin_cli.errors import BadInputError

_NAMES = """
text: text | content | full text | mention content | mention | mention text | message | post | post text
    | post message | body | snippet | content snippet | mention snippet | hit sentence | excerpt | summary
    | description | caption | review | comment | opening text | extra text | текст | текст згадки | текст публікації
    | текст допису | зміст | контент | повідомлення | згадка | допис | пост | публікація | відгук | коментар | опис
    | содержание | сообщение | упоминание | текст упоминания | текст сообщения | публикация | отзыв | комментарий
    | описание | texto | texto completo | contenido | mensaje | mención | publicación | reseña | comentario
    | descripción | inhalt | volltext | nachricht | erwähnung | beitrag | bewertungstext | kommentar | beschreibung
title: title | title snippet | headline | subject | mention title | post title | article title | заголовок | назва
    | тема | название | título | titular | asunto | titel | überschrift | betreff | schlagzeile
url: url | link | permalink | mention url | mention link | post url | post link | source url | article url
    | web address | address | direct link | посилання | лінк | url публікації | адреса | ссылка | адрес
    | url публикации | enlace | vínculo | dirección | url de la mención | verknüpfung | adresse | webadresse
published: published | published at | published date | publication date | publish date | date published | date time
    | datetime | date and time | date | created | created at | created date | creation date | created time | timestamp
    | posted | posted at | post date | mention date | date found | опубліковано | дата публікації | дата та час
    | дата і час | дата | створено | дата створення | опубликовано | дата публикации | дата и время | создано
    | дата создания | publicado | fecha de publicación | fecha y hora | fecha | creado | fecha de creación
    | veröffentlicht | veröffentlichungsdatum | erscheinungsdatum | datum und uhrzeit | datum | erstellt | erstellt am
time: time | hour | time of day | час | время | hora | uhrzeit | zeit
author: author | author name | author full name | influencer | user | profile | reviewer | from | name | автор
    | ім'я автора | ім'я | користувач | имя автора | имя | пользователь | autor | nombre del autor | nombre | usuario
    | perfil | verfasser | autorenname | benutzer
handle: handle | author handle | short name | username | user name | author username | screen name | nickname
    | account | нік | нікнейм | логін | ник | никнейм | логин | nombre de usuario | alias | cuenta | benutzername
    | nutzername
author_url: author url | author link | profile url | profile link | user url | посилання на автора | профіль
    | ссылка на автора | профиль | url del autor | enlace del autor | profil | autor url
followers: followers | twitter followers | x followers | instagram followers | followers count | follower count
    | author followers | fans | subscribers | author followers count | number of followers | підписники | фоловери
    | кількість підписників | подписчики | количество подписчиков | фолловеры | seguidores | follower | abonnenten
likes: likes | facebook likes | twitter likes | x likes | instagram likes | likes count | like count | reactions
    | favorites | favourites | favorite count | лайки | вподобання | подобається | реакції | нравится | реакции
    | me gusta | reacciones | likes gesamt | gefällt mir | reaktionen
replies: comments | facebook comments | instagram comments | twitter replies | num comments | comments count
    | comment count | replies | reply count | коментарі | кількість коментарів | відповіді | комментарии | ответы
    | comentarios | respuestas | kommentare | antworten
shares: shares | facebook shares | twitter retweets | x reposts | shares count | share count | retweets
    | retweet count | reposts | поширення | репости | поширили | репосты | поделились | compartidos | compartido
    | veces compartido | retuits | geteilt | teilungen
views: views | views count | view count | plays | перегляди | просмотры | vistas | visualizaciones | aufrufe
    | ansichten
rating: rating | stars | star rating | рейтинг | оцінка | зірки | оценка | звёзды | звезды | valoración
    | calificación | estrellas | puntuación | bewertung | sterne
language: language | lang | language code | мова | язык | idioma | lengua | sprache
medium: source type | media type | mention type | content type | channel type | type | platform | network
    | тип джерела | тип медіа | тип | платформа | тип источника | тип сми | tipo de fuente | tipo de medio | tipo
    | plataforma | quellentyp | medientyp | typ | plattform
brand: brand | project | project name | alert name | бренд | проєкт | проект | marca | proyecto | marke | projekt
id: id | mention id | post id | uuid | guid | document id | article id
"""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    field: tuple(" ".join(name.split()) for name in names.split("|"))
    for field, _, names in (line.partition(":") for line in re.split(r"\n(?=\w)", _NAMES.strip()))
}
"""Headings by field, the surest first; ``time`` is the time of day where the date stands alone. Reach and impressions
are no views: most tools estimate them."""

_BY_HEADING = {name: field for field, names in SYNONYMS.items() for name in names}
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]")
_OFFSET = re.compile(
    r"\b(?:UTC|GMT)(?:\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?", re.IGNORECASE
)


_PERSON = frozenset("author user profile from account influencer reviewer channel".split())


@dataclass(frozen=True)
class Columns:
    """``at``: field to position, 0 is the first. ``headers`` as they stand in the file."""

    at: Mapping[str, int]
    headers: tuple[str, ...]

    def heading(self, field: str) -> str:
        return self.headers[self.at[field]]


MOST_OF_HEADING = 200


def known(heading: str) -> bool:
    return len(heading) <= MOST_OF_HEADING and plain(heading) in _BY_HEADING


def plain(heading: str) -> str:
    """Small letters, words apart by one space, without what stands in brackets: «Date (UTC)» is «date»."""
    bare = _ASIDE.sub(" ", heading).replace("’", "'").replace("ʼ", "'")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)
    return " ".join(re.sub(r"[^\w']+|_", " ", apart).casefold().split())


def offset_minutes(heading: str) -> int | None:
    """Minutes east of UTC when the heading says them: «Date (UTC)», «Published, GMT+2»."""
    match = _OFFSET.search(heading)
    if match is None:
        return None
    minutes = int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)
    return -minutes if match["sign"] == "-" else minutes


def choose(headers: tuple[str, ...], said: Sequence[str]) -> Columns:
    """What was said (``field=Column``, by name or number), and for the other fields what the headings tell.

    Raise BadInputError when a column that was said is not there, or when text or date stay unknown.
    """
    found = _said(headers, said)
    names = [plain(header) for header in headers]
    nested = [_within(header) for header in headers]
    for field, synonyms in SYNONYMS.items():
        places = (at for heads in (names, nested) for name in synonyms for at, head in enumerate(heads) if head == name)
        free = next((at for at in places if at not in found.values()), None)
        if field not in found and free is not None:
            found[field] = free
    missing = [field for field in ("text", "published") if field not in found]
    if "title" in found:
        missing = [field for field in missing if field != "text"]
    if missing:
        asked = " ".join(f"--map {field}=COLUMN" for field in missing)
        raise BadInputError(
            f"no column is known to be {' or '.join(missing)}: say {asked}, by name or number;"
            f" columns: {_listed(headers)}"
        )
    return Columns(found, headers)


def _within(header: str) -> str:
    """What a nested name means alone: post.text is text, and user.name is no name of a post."""
    outer, dot, last = header.rpartition(".")
    if not dot:
        return ""
    return f"author {plain(last)}" if _PERSON & set(plain(outer).split()) else plain(last)


def _said(headers: tuple[str, ...], said: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair in said:
        field, equals, column = pair.partition("=")
        if not equals or field.strip() not in SYNONYMS:
            raise BadInputError(f"--map {pair!r}: write it as field=Column; fields: {', '.join(SYNONYMS)}")
        at = _position(headers, column.strip())
        if at is None:
            raise BadInputError(f"--map {pair!r}: there is no such column; columns: {_listed(headers)}")
        found[field.strip()] = at
    return found


def _position(headers: tuple[str, ...], column: str) -> int | None:
    if column in headers:
        return headers.index(column)
    same = [at for at, header in enumerate(headers) if plain(header) == plain(column) and plain(column)]
    if same:
        return same[0]
    return int(column) - 1 if column.isascii() and column.isdigit() and 1 <= int(column[:6]) <= len(headers) else None


def _listed(headers: tuple[str, ...]) -> str:
    shown = [f"{number} {header[:40]!r}" for number, header in enumerate(headers[:40], start=1)]
    return ", ".join(shown) + (f", and {len(headers) - 40} more" if len(headers) > 40 else "")
