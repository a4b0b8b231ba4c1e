"""The words by which a post sets one thing against another, in en, uk, ru, es, de.

Patterns run over a clause in which the brand stands as ``BRAND`` and a competitor as ``RIVAL``, one character each.
Every repetition is bounded, so that time grows with the text and with nothing a stranger writes.
"""

import re

from tocsin.domain.lazy_pattern import LazyPattern

BRAND, RIVAL = "\ue000", "\ue001"
"""Private-use characters: no post has them once they are taken out of it."""


def _any(*words: str) -> str:
    return "(?:" + "|".join(" ".join(words).split()) + ")"


_CONTRAST = (
    r"but|however|whereas|while|meanwhile|yet|although|though|still|and then"
    r"|але|проте|однак|зате|натомість|тоді як|хоча|і тут|а(?: от| ось)?"
    r"|но|однако|зато|тогда как|хотя|и тут|а(?: вот)?"
    r"|pero|sino|mientras(?: que)?|en cambio|sin embargo|aunque|y luego"
    r"|aber|jedoch|sondern|während|dagegen|hingegen|doch|und dann"
)
SENTENCE = re.compile(
    r"[.!?…\n;\U0001f300-\U0001faff](?:(?<=[.!?…])(?<![.!?…][.!?…])[.!?…]*+[\"'»”)\]]*+(?:\s+|$)|(?<=\n)\n*+|(?<=;)\s+"
    r"|(?<=[\U0001f300-\U0001faff])(?=\s+[^\s\U0001f300-\U0001faff]))"
)
"""Where one ends. All its ways begin with one class of characters, which the engine skips to at once."""
CONTRAST = LazyPattern(rf"(?<![\s,]),?\s+(?=(?:{_CONTRAST})\s)")
LOOSE_A = re.compile(r"(?<![\s,.;!?…–—-])\s+(?=[аА]\s)")
"""«А» sets apart only after a mark; within a clause it is a letter, or one of two ("А і Б")."""
COMMA = re.compile(r",\s+|\s[–—-]\s|(?<!\s)\s+(?=(?:and|і|та|й|и|y|e|und)\s)")
LEADS = LazyPattern(
    rf"[\s,]*(?:{_CONTRAST})\s+(?:(?:at|in|with|for|the|в|у|на|з|с|во|en|con|el|la|los|las)\s+)?([^\W\d_]\w+)"
)
PROPER = re.compile(r"(?<=[\w,]\s)[A-ZА-ЯІЇЄҐÁÉÍÓÚÑ][a-zа-яіїєґёáéíóúñü]{2,}")
ASKS = LazyPattern(r"[?]\s*$|^\s*(?:чи|should i|is it|does anyone|стоит ли)\b")

UNLIKE = LazyPattern(
    rf"\b(?:unlike|in contrast to|as opposed to|на відміну від|в отличие от|a diferencia de|im gegensatz zur?m?"
    rf"|anders als)"
    rf"\s+(?:[\w'’]+\s+){{0,2}}?([{BRAND}{RIVAL}])"
)

_FILL = r"(?:[^\w\ue000\ue001]+\w+){0,5}?[^\w\ue000\ue001]+"
_LINK = r"(?:[\w'’]+\s+){0,3}?"
_RIVALS = (
    rf"(?:{RIVAL}|others?\b|other \w+|any other|the rest|competitors?|інш\w+|конкурент\w*|друг(?:их|ие|ая|ой)\b"
    rf"|остальн\w+"
    r"|решт[аиу]|otr[oa]s?\b|los demás|la competencia|ander[ense]+\b|die konkurrenz)"
)
_GOOD = {
    "en": r"better|best|cheaper|(?!other|over|ever|never|rather|under|after|later|longer|older|newer|bigger|smaller"
    r"|fewer"
    r"|higher|lower|further|farther|worse|slower|dirtier|ruder|pricier|uglier|dumber|weaker|sadder|colder|harder"
    r"|poorer"
    r"|meaner|sloppier|shadier|filthier|nastier|rather|sooner|earlier|closer|greater)[a-z]{3,12}er"
    r"|more (?!than|expensive|pricey|rude|annoying|confusing|corrupt|greedy|dangerous)[a-z]{4,}"
    r"|less (?:expensive|annoying|rude|confusing|greedy|corrupt)",
    "uk": r"(?:кра|лі)щ\w{0,3}|(?!біль|менш|раніш|пізніш|довш|гір|дорож|повільніш|брудніш|грубіш|нахабніш|жадібніш"
    r"|ближч"
    r"|дальш|старш|молодш|нещасн)\w{3,12}(?:іш|ч|ш)(?:ий|а|е|і|ого|ої|их|ими|им|ою)",
    "ru": r"лучш\w{1,3}|дешевле|чище|проще|легче|слаще|круче|тише|мягче|(?!медленнее|грязнее|позднее|ранее|далее"
    r"|менее|более"
    r"|хамоват|наглее|жаднее|злее|грубее|сильнее)\w{3,14}ее",
    "es": r"mejor(?:es)?|más (?!car|lent|suci|grose|fe[oa]|que|malo|mala|pelig|inút|abus)\w{3,}|menos (?:car|lent"
    r"|suci)\w+",
    "de": r"(?!un|schlecht|schlimm|teur|langsam|dreckig|laut|frech|immer|wieder|aber|oder|hier|sehr|unter|über|weiter"
    r"|später|früher|länger|älter|kleiner|größer|höher|weniger|mieser)\w{3,16}(?:er|eres|ere|eren)",
}
_BAD = {
    "en": r"worse|slower|dirtier|ruder|pricier|uglier|dumber|weaker|meaner|sloppier|shadier|filthier|nastier|poorer"
    r"|more (?:expensive|pricey|rude|annoying|confusing|corrupt|greedy|dangerous)"
    r"|less (?:reliable|friendly|honest|helpful|clean|fresh|safe|tasty)",
    "uk": r"гірш\w{0,3}|дорожч\w{0,3}|повільніш\w{1,3}|брудніш\w{1,3}|грубіш\w{1,3}|нахабніш\w{1,3}|жадібніш\w{1,3}",
    "ru": r"хуже|дороже|медленнее|грязнее|наглее|жаднее|грубее|хамоватее",
    "es": r"peor(?:es)?|más (?:car|lent|suci|grose|fe|mal|pelig|inút|abus)\w+|menos (?:fiable|amable|honest|limpi"
    r"|segur|fresc)\w*",
    "de": r"un\w{4,14}er|schlechter|schlimmer|teurer|langsamer|dreckiger|frecher|mieser",
}
_THAN = {
    "en": "than",
    "uk": "(?:ніж|аніж|за|від|чим)",
    "ru": "(?:чем|нежели)",
    "es": "(?:que|a)",
    "de": "als",
}


def _than(better: dict[str, str], place: str) -> LazyPattern:
    ways = [rf"\b(?:{words})\b{_FILL}{_THAN[tongue]}\s+{_LINK}{place}" for tongue, words in better.items()]
    ways.append(rf"\b(?:{better['ru']})(?:\s+\w+)?\s+{place}")
    return LazyPattern("|".join(ways))


BETTER_THAN_BRAND, WORSE_THAN_BRAND = _than(_GOOD, BRAND), _than(_BAD, BRAND)
BETTER_THAN_RIVAL, WORSE_THAN_RIVAL = _than(_GOOD, _RIVALS), _than(_BAD, _RIVALS)
THAN = LazyPattern(
    r"\b(?:than|ніж|аніж|за|від|чим|чем|нежели|als)\s|mejor|peor|más|menos|ее\b|(?:лучш|дешевле|чище|проще|легче|слаще|круче"
    r"|тише|мягче|хуже|дороже)"
)
"""Without one of these none of the four is there."""
NOBODY = LazyPattern(
    r"\b(?:nothing|nobody|no one|none|no \w+|never|ніщо|нічого|ніхто|нема\w*|жод\w+|никто|ничего|ничто|нету?|ни один"
    r"|nada|nadie|ning\w+|nichts|niemand|kein\w*)\b"
)
NOT = LazyPattern(r"\b(?:not|isn't|aren't|wasn't|any|не|no es|no son|nicht|kaum)\s+(?:\w+\s+)?$")
_SWITCH = (
    r"switch\w*|mov(?:ed|ing|e)|migrat\w+|chang(?:ed|ing|e)|transferr?\w*|defect\w*|left|leaving|leave|quit\w*"
    r"|ditch\w*|dump\w*"
    r"|swapp?\w*"
    r"|пере(?:йш|ходж|ходи|йд|їха|в[іе]|бир|бра|ключ|люч)\w*|піш\w+|йду|іду|тіка\w+|втік\w*"
    r"|пере(?:ш[еёл]|хож|ход|йд|в[её]л|вожу|бир|бра|ключ)\w*|уш[её]?л\w*|ухо[жд]\w*|уйд\w*|сбежа\w*|бегу"
    r"|cambi\w+|pas(?:o|é|amos|ó|ado)|mud\w+|migr\w+|dej(?:o|é|amos|ando|ar)|abandon\w+"
    r"|wechs\w+|gewechselt|umgestiegen|umsteig\w*|verlass\w*"
)
_FROM = r"(?:from|away from|з|із|зі|від|с|со|из|от|de|von)"
_TO = r"(?:to|for|на|до|у|в|к|во|a|por|zur?|zum)"
_SOME = r"[^.!?\ue000\ue001]{0,40}?"
_ENDS = (
    r"(?:(?:clos|cancel)\w+ (?:my|our|the) \w+|закри\w+ (?:\w+ )?(?:рахун|карт)\w+|закры\w+ (?:\w+ )?(?:сч[её]т"
    r"|карт)\w*"
    r"|(?:cerr|cancel)\w+ (?:mi|mis|la|las) \w+)"
)


def _switched(left: str, taken: str) -> str:
    """From one to the other, in either order; leaving one for the other."""
    return (
        rf"\b(?:{_SWITCH})\b{_SOME}(?:\b{_FROM}\s+{_LINK}|\s){left}{_SOME}\b{_TO}\s+{_LINK}{taken}"
        rf"|\b(?:{_SWITCH})\b{_SOME}\b{_TO}\s+{_LINK}{taken}{_SOME}\b{_FROM}\s+{_LINK}{left}"
        rf"|\b{_FROM}\s+{_LINK}{left}{_SOME}\b{_TO}\s+{_LINK}{taken}{_SOME}\b(?:{_SWITCH})\b"
        rf"|\b{_ENDS}\b{_SOME}{left}|{left}{_SOME}\bgekündigt\b"
    )


_LEFT = (
    rf"\b{_ENDS}\b{_SOME}{BRAND}|{BRAND}{_SOME}\bgekündigt\b"
    rf"|\b(?:{_SWITCH})\b{_SOME}\b(?:away from|from|з|із|зі|с|со|из|von)\s+{_LINK}{BRAND}"
)
LEFT = LazyPattern(_LEFT)
"""What is left of `SWITCHED_FROM` in a clause without a rival."""
SWITCHED_FROM = LazyPattern(rf"{_switched(BRAND, RIVAL)}|{_LEFT}")
SWITCHED_TO = LazyPattern(_switched(RIVAL, BRAND))
PREFERS = LazyPattern(
    rf"{BRAND}\s*>+\s*{RIVAL}|\b(?:prefer|choose|pick)\w*\s+{_LINK}{BRAND}\s+(?:to|over)\s+{_LINK}{RIVAL}"
    rf"|\bprefier\w+\s+{_LINK}{BRAND}\s+(?:a|antes que)\s+{_LINK}{RIVAL}|{BRAND}{_SOME}\b(?:statt|замість"
    rf"|вместо)\s+{RIVAL}"
)
PREFERS_RIVAL = LazyPattern(
    rf"{RIVAL}\s*>+\s*{BRAND}|\b(?:prefer|choose|pick)\w*\s+{_LINK}{RIVAL}\s+(?:to|over)\s+{_LINK}{BRAND}"
    rf"|\bprefier\w+\s+{_LINK}{RIVAL}\s+(?:a|antes que)\s+{_LINK}{BRAND}|{RIVAL}{_SOME}\b(?:statt|замість"
    rf"|вместо)\s+{BRAND}"
)

_MOODS = _any(
    "beautiful lovely sunny gorgeous terrible awful horrible bad rough hard long great nice perfect my",
    r"гарн\w+ чудов\w+ прекрасн\w+ жахлив\w+ важк\w+ поган\w+ сонячн\w+ кошмарн\w+",
    r"хорош\w+ чудесн\w+ ужасн\w+ тяж[её]л\w+ плох\w+ солнечн\w+",
    r"buen\w* mal\w* bonit\w+ horrible terrible hermos\w+ lind\w+",
    r"schön\w* furchtbar\w* schrecklich\w* toll\w* sonnig\w* schlimm\w*",
)
_TIMES = _any(
    "day morning evening afternoon weekend week monday",
    "день ранок вечір тиждень вихідні утро вечер неделя выходные понеділок понедельник",
    "día mañana tarde noche semana lunes tag morgen abend woche wochenende montag",
)
BESIDE = LazyPattern(
    rf"\b{_MOODS}\s+(?:[\w]+\s+)?{_TIMES}\b|\b{_TIMES}\s+(?:(?:is|was|був|была?|было|выдал\w+|видав\w+|tan|más|war"
    rf"|ist)\s+)?"
    rf"(?:\w+\s+)?{_MOODS}\b|\bqué\s+(?:\w+\s+)?{_TIMES}\b|"
    r"\b(?:weather|rain\w*|snow\w*|storm\w*|heatwave|погод\w+|дощ\w*|сніг\w*|спек[аиу]|мороз\w*|дожд\w+|снег\w*"
    r"|жара|гроза"
    r"|lluvi\w+|llov\w+|nieve|tormenta|asco de tiempo|buen tiempo|mal tiempo|\w*wetter|regen|regnet|schnee|sturm"
    r"|hitze"
    r"|traffic|затор\w*|пробк\w+|tráfico|atasco\w*|stau"
    r"|my (?:boss|job|exam\w*|ex|boyfriend|girlfriend|head)|headache|exhausted|lost my job|mondays?"
    r"|голова болить|голова болит|втомил\w+|устал[аи]?|начальни[кц]\w*|шеф|іспит\w*|экзамен\w*|роботу втрати\w+"
    r"|mi jefe|mi trabajo|examen\w*|cansad[oa]|mein chef|prüfung\w*|kopfschmerz\w*|müde"
    r"|match|матч\w*|football|футбол\w*|fútbol|partid(?:o|azo)|fußball|spiel gestern"
    r"|airport|аеропорт\w*|аэропорт\w*|aeropuerto\w*|flughafen)\b"
)
"""What a post may be angry or happy about that no brand answers for."""
STATE = LazyPattern(
    r"\b(?:government|president|parliament|taxes|elections?|war|shelling|air raid|уряд\w*|влад[аиу]|президент\w*"
    r"|податк\w+"
    r"|війн\w+|обстріл\w*|тривог\w+|правительств\w+|власт\w+|налог\w*|войн\w+|обстрел\w*|тревог\w+"
    r"|gobierno|presidente|impuestos|elecciones|guerra|regierung|steuern|wahlen|krieg)\b"
)
"""The same, only before the brand is named: after it such words may well be the charge."""
