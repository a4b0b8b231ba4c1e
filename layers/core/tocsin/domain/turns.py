"""What turns the sense of a post: marked irony, praise for a mishap, denied praise and denied blame, in en uk ru es de.

Words add up in the model, so "thanks for nothing" sounds grateful to it. Asked only about posts that it finds positive
(for irony and denied praise) or not positive (for denied blame).
"""

from tocsin.domain.lazy_pattern import LazyPattern

_MARK = (
    r"[\U0001f643\U0001f644]|(?:^|\s)/s\s*$|#(?:sarcas[mt]\w*|iron(?:y|ie|ía|ia)|сарказм|іронія|ирония)\b|\bsarcasm\b"
    r"|\b(?:yeah,? right|ja,? klar|na klar|claro que s[ií]|sí,? claro|ага|угу|ну-ну|ну да|аякже"
    r"|щас прям)\s*[.!…)]*\s*$"
)
_MISHAP = (
    r"(?:broke\w*|lost|losing|lose|ruin\w*|cancel\w*|delay\w*|late|wait(?:ing)?|on hold|closed|down|crash\w*"
    r"|ignor\w*|hung up"
    r"|overcharg\w*|wast\w+|scam\w*|wrong|cold|stale|mou?ldy|empty|outage"
    r"|злам\w+|загуби\w+|затрим\w+|чека\w+|запізн\w+|без світла|без води|відключ\w+|скасува\w+|розби\w+|зіпсу\w+"
    r"|обману\w+"
    r"|черг[аиу]|лежить|не працює|не привез\w+|не приї\w+"
    r"|сломал\w+|потеря\w+|задерж\w+|жд[аеу]\w+|опозда\w+|без света|без воды|отключ\w+|отмен\w+|разби\w+|испор\w+"
    r"|обману\w+|очеред\w+|не работает|не привез\w+|не приех\w+"
    r"|rot[oa]s?|perdid\w+|perdisteis|perdieron|cancel\w+|esper(?:ar|ando|a)|retras\w+|caíd[oa]|estrope\w+|engañ\w+"
    r"|cola de"
    r"|kaputt\w*|verloren|verspät\w*|storniert|warte\w*|gestrichen|ausgefallen|abgestürzt|verschimmelt\w*)"
)
_AGAIN = (
    r"(?:again|another|yet another|still|знову|вкотре|ще|третя|третій|опять|снова|вновь|ещ[её]|третий|третья"
    r"|otra(?: vez)?|de nuevo|(?:schon )?wieder|noch (?:eine?|immer))"
)
_CHEERS = (
    r"(?:great|wonderful|lovely|brilliant|fantastic|awesome|amazing|perfect|excellent|nice|cool|bravo|well done"
    r"|good job|super"
    r"|congrat\w*|молодці|молодець|клас|супер|чудово|прекрасно|браво|молодцы|молодец|класс|отлично|здорово"
    r"|замечательно"
    r"|qué bien|genial|estupendo|enhorabuena|felicidades|bravo|perfecto|toll|super|klasse|prima"
    r"|herzlichen glückwunsch)"
)
_THANKS = r"(?:thanks|thank you|thx|дякую|дякуємо|спасибі|спасибо|gracias|danke|vielen dank)"

IRONY = LazyPattern(
    rf"{_MARK}"
    rf"|\b{_THANKS}(?:\W+\w+)?\W+(?:for nothing|ні за що|за ніщо|ни за что|por nada|für nichts)\b"
    rf"|\b{_THANKS}\W+(?:\w+\W+){{0,2}}?(?:for|that|за|що|что|por|que|für|dass)\W+(?:\w+\W+){{0,4}}?{_MISHAP}\b"
    rf"|\b{_THANKS}\W+(?:\w+\W+){{0,2}}?(?:that|що|что|que|dass)\W+(?:\w+\W+){{0,2}}?{_AGAIN}\W+(?:not|не|no|nicht)\b"
    rf"|\b{_CHEERS}\W{{0,3}}?[,!.:…]\W{{0,6}}(?:\w+\W+){{0,5}}?(?:{_AGAIN}\W+(?:\w+\W+){{0,4}}?{_MISHAP}"
    rf"|{_MISHAP}\W+(?:\w+\W+){{0,3}}?{_AGAIN})\b"
    r"|\bну (?:спасибо|дякую|спасибі),? (?:удруж|вдруж|велик|що|что)\w*"
    r"|[\"“«„](?:premium|quality|great|best|amazing|fast|fresh|excellent|якісн\w+|найкращ\w+|швидк\w+|турбот\w+"
    r"|преміум"
    r"|качественн\w+|лучш\w+|быстр\w+|забот\w+|премиум|calidad|rápid\w+|mejor\w*|excelente|qualität\w*|schnell\w*"
    r"|frisch\w*|beste\w*)[\"”»“]"
)
DENIED_PRAISE = LazyPattern(
    r"\b(?:never|not|hardly|isn't|wasn't|aren't|don't|didn't|wouldn't|can't) (?:\w+ )?(?:happy|satisfied|good|great"
    r"|nice|fresh"
    r"|tasty|helpful|recommend|like|enjoy|impressed|worth)\b"
    r"|\b(?:зовсім |аж |геть )?не (?:дуже |зовсім )?(?:задоволен\w+|смачн\w+|раджу|рекомендую|сподоба\w+|варто"
    r"|свіж\w+)\b"
    r"|\b(?:совсем |вообще )?не (?:очень |совсем )?(?:довол\w+|вкусн\w+|советую|рекомендую|понрав\w+|стоит|свеж\w+)\b"
    r"|\bno (?:está|es|fue|estaba|me|lo|la|vale|son) (?:\w+ )?(?:buen\w*|ric[oa]s?|fresc\w+|gust\w+|recomiendo"
    r"|la pena|content\w+)\b"
    r"|\b(?:gar |überhaupt )?(?:nicht|nie|kein) (?:\w+ )?(?:gut|lecker|frisch|zufrieden|empfehl\w+|freundlich"
    r"|hilfreich|gefallen)\b"
)
DENIED_BLAME = LazyPattern(
    r"\b(?:not|isn't|wasn't|aren't|never) (?:at all |half |that |too )?(?:bad|terrible|disappoint\w*)\b"
    r"|\b(?:no|without|zero) (?:problems?|issues?|complaints?)\b|\bcan(?:'t|not) complain\b|\bcouldn't be (?:better"
    r"|happier)\b"
    r"|\b(?:не ?погано|не ?поган\w+|без проблем|не підв\w+|без нарікань)\b"
    r"|\b(?:не ?плох\w+|без проблем|не подв\w+|без нареканий)\b"
    r"|\bno (?:está|estuvo|es|fue|estaba) (?:nada |tan )?mal[oa]?\b|\b(?:sin|ningún) problemas?\b|\bninguna queja\b"
    r"|\b(?:gar |überhaupt )?nicht (?:schlecht|übel|schlimm)\b|\b(?:keine|ohne) (?:probleme?|beschwerden?)\b"
)
