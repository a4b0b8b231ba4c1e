"""Which words may turn what a post says or set it against something: flags of a word, found out once a word.

A post whose words carry no such flag needs none of the searches of ``turns`` and ``aimed``. So a flag too many costs a
search, and one too few would hide something: words here are as wide as the patterns there, or wider.
"""

from functools import lru_cache

DENIES, BLAMES, CHEERS, PRAISED, CONTRASTS, STOPS, COMPARES, ELSE = (1 << bit for bit in range(8))
ALL = (1 << 8) - 1

_WORDS = {
    DENIES: """
        not no never without zero hardly couldn't cannot не* без жод* ни* ні* sin nada nadie ning* nicht* nie
        niemand kein* ohne gar nothing nobody none
    """,
    BLAMES: """
        bad terrible disappoint* problem* issues issue complain* better happier непоган* поган* проблем* підв*
        нарікань неплох* плох* подв* нареканий malo mala mal queja schlecht übel schlimm beschwerden beschwerde
    """,
    CHEERS: """
        great wonderful lovely brilliant fantastic awesome amazing perfect excellent nice cool bravo well good
        super congrat* молод* клас* супер чудово прекрасно браво отлично здорово замечательно bien genial
        estupendo enhorabuena felicidades perfecto toll klasse prima glückwunsch thanks thank thx дяку* спасиб*
        gracias danke dank premium quality best fast fresh якісн* найкращ* швидк* турбот* преміум качественн*
        лучш* быстр* забот* премиум calidad rápid* mejor* excelente qualität* schnell* frisch* beste* s right
        klar claro ага угу ну аякже прям да sarcas* irony ironie ironía ironia сарказм іронія ирония
    """,
    PRAISED: """
        happy satisfied good great nice fresh tasty helpful recommend like enjoy impressed worth задоволен*
        смачн* раджу рекомендую сподоба* варто свіж* довол* вкусн* советую понрав* стоит свеж* buen* ricos rico
        ricas rica fresc* gust* recomiendo pena content* gut lecker frisch zufrieden empfehl* freundlich
        hilfreich gefallen
    """,
    CONTRASTS: """
        but however whereas while meanwhile yet although though still then але проте однак зате натомість тоді
        хоча а тут но однако зато тогда хотя pero sino mientras cambio embargo aunque luego aber jedoch sondern
        während dagegen hingegen doch dann
    """,
    COMPARES: """
        than unlike contrast opposed switch* moved moving move changed changing change transfer* defect* left
        leaving leave quit* ditch* dump* swap* closed closing cancel* prefer* choose pick* instead over аніж ніж
        кращ* ліпш* гірш* дорожч* дешевш* чим відміну замість пере* піш* іду їду тіка* втік* закри* закры* чем
        нежели лучш* хуже дешевле дороже чище проще легче слаще круче тише мягче отличие вместо ушел* ушёл* ушл*
        ухож* уход* уйд* сбежа* бегу mejor* peor* más menos diferencia cambi* paso pasé pasamos pasó pasado mud*
        migr* dejo dejé dejamos dejando dejar abandon* cerr* als gegensatz anders wechs* gewechselt umgestiegen
        umsteig* verlass* gekündigt statt
    """,
    ELSE: """
        day morning evening afternoon weekend week mondays monday день ранок вечір тиждень вихідні утро вечер
        неделя выходные понеділок понедельник día mañana tarde noche semana lunes tag morgen abend woche
        wochenende montag weather rain* snow* storm* heatwave погод* дощ* сніг* спека спеки спеку мороз* дожд*
        снег* жара гроза lluvi* llov* nieve tormenta tiempo regen regnet schnee sturm hitze traffic затор*
        пробк* tráfico atasco* stau boss job exam* ex boyfriend girlfriend head headache exhausted болить болит
        втомил* устала устали устал начальник* начальниц* шеф іспит* экзамен* роботу jefe trabajo cansado
        cansada chef prüfung* kopfschmerz* müde match матч* football футбол* fútbol partido partidazo fußball
        spiel airport аеропорт* аэропорт* aeropuerto* flughafen government president parliament taxes elections
        election war shelling air уряд* влада влади владу президент* податк* війн* обстріл* тривог*
        правительств* власт* налог* войн* обстрел* тревог* gobierno presidente impuestos elecciones guerra
        regierung steuern wahlen krieg
    """,
}
"""Words, and beginnings of words where a star ends them."""
_ENDINGS = (
    (DENIES, "n't"),
    (COMPARES, "ее"),
    (ELSE, "wetter"),
    *((COMPARES, f"{last}{case}") for last in "шчщ" for case in "ий а е і ого ої их ими им ою".split()),
)
_WHOLE: dict[str, int] = {}
_STEMS: dict[str, int] = {}
for _flag, _words in _WORDS.items():
    for _word in _words.split():
        _known = _STEMS if _word.endswith("*") else _WHOLE
        _known[_word.rstrip("*")] = _known.get(_word.rstrip("*"), 0) | _flag
_LONGEST = max(map(len, _STEMS))
_BEGUN = frozenset(stem[:2] for stem in _STEMS)
_ENDED = tuple(ending for _, ending in _ENDINGS)


def cue(token: str) -> int:
    """The flags of a token as it was written."""
    first = token[:1]
    if first in ".!?…;" or "\U0001f300" <= first <= "\U0001faff":
        return STOPS | (CHEERS if first in "\U0001f643\U0001f644" else 0)
    word = token.lower().lstrip("#").replace("’", "'")
    flags = _WHOLE.get(word, 0)
    if word[:2] in _BEGUN or word[:1] in _BEGUN:
        for size in range(1, min(len(word), _LONGEST) + 1):
            flags |= _STEMS.get(word[:size], 0)
    if len(word) > 4:
        if word.endswith(_ENDED):
            for flag, ending in _ENDINGS:
                if word.endswith(ending):
                    flags |= flag
    elif word.endswith("n't"):
        flags |= DENIES
    return flags


@lru_cache(maxsize=8_192)
def known_cue(token: str) -> int:
    """The same, remembered."""
    return cue(token)
