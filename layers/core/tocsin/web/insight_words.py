"""What voices and their spread rest on, in the reader's language: for the pages of the agency's own people alone."""

from collections.abc import Callable

from tocsin.domain.case.anonymity import Sign
from tocsin.domain.case.proposals import Part
from tocsin.domain.clues import Clue, ClueKind
from tocsin.domain.voice import Voice
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark

LONGEST = 120

PARTS = {
    # NOTE: a field of the card that tells what is claimed: the thing it is about
    Part.PRODUCT: mark("What it is about"),
    # NOTE: a field of the card that tells what is claimed
    Part.PLACE: mark("Where"),
    # NOTE: a field of the card that tells what is claimed
    Part.DATE: mark("When"),
    # NOTE: a field of the card that tells what is claimed: whose conduct, as "the courier"; never a name
    Part.CONDUCT: mark("Whose conduct"),
    # NOTE: a field of the card that tells what is claimed
    Part.DEMANDED: mark("What is demanded"),
}
VOICES = {
    # NOTE: who somebody may be, in a list of guesses
    Voice.CUSTOMER: mark("customer"),
    # NOTE: who somebody may be, in a list of guesses; only where they say so
    Voice.EMPLOYEE: mark("employee, as they say themselves"),
    # NOTE: who somebody may be, in a list of guesses; only where they say so
    Voice.FORMER_EMPLOYEE: mark("former employee, as they say themselves"),
    # NOTE: who somebody may be, in a list of guesses
    Voice.JOURNALIST: mark("journalist"),
    # NOTE: who somebody may be, in a list of guesses
    Voice.OUTLET: mark("outlet"),
    # NOTE: who somebody may be, in a list of guesses: many follow them
    Voice.INFLUENCER: mark("influencer"),
    # NOTE: who somebody may be, in a list of guesses
    Voice.ACTIVIST: mark("activist"),
    # NOTE: who somebody may be, in a list of guesses
    Voice.REGULATOR: mark("authority"),
    # NOTE: who somebody may be, in a list of guesses: a question, never a finding
    Voice.COMPETITOR: mark("perhaps of a competitor: a person must judge"),
    # NOTE: who somebody may be, in a list of guesses: somebody who only insults
    Voice.TROLL: mark("perhaps a troll: a person must judge"),
    # NOTE: who somebody may be, in a list of guesses: a bot, or one of many who act together
    Voice.COORDINATED: mark("perhaps acts together with others: a person must judge"),
    # NOTE: who somebody may be, in a list of guesses
    Voice.ANONYMOUS: mark("anonymous"),
}


def clue_sentence(reader: Reader, clue: Clue) -> str:
    """One whole sentence. Words of others in it are cleaned, not escaped."""
    return _SENTENCES[clue.kind](reader, clue.of)


def sign_sentence(reader: Reader, sign: Sign) -> str:
    """What hides who somebody is, and how much that alone tells."""
    # NOTE: a sentence about an account, and in brackets how much it tells
    return reader.gettext(
        "%(sign)s (tells %(share)s)", sign=clue_sentence(reader, sign.clue), share=reader.percent(sign.confidence)
    )


Said = Callable[[Reader, tuple[str, ...]], str]


def _plain(message: str) -> Said:
    return lambda reader, _: reader.gettext(message)


def _quoting(message: str, *names: str) -> Said:
    """``names``: of the values, words of others, in their order."""

    def say(reader: Reader, of: tuple[str, ...]) -> str:
        values = {name: one_line(value, LONGEST) for name, value in zip(names, of, strict=True)}
        return reader.gettext(message, **values)

    return say


def _share(message: str) -> Said:
    """So many of so many."""
    return lambda reader, of: reader.gettext(message, part=reader.number(int(of[0])), whole=reader.number(int(of[1])))


def _count(say: Callable[[Reader, int], str]) -> Said:
    return lambda reader, of: say(reader, int(of[0]))


_SENTENCES: dict[ClueKind, Said] = {
    ClueKind.SAYS: _quoting(mark("They say so themselves: «%(words)s»."), "words"),
    ClueKind.REVIEWS: _plain(mark("It is a review.")),
    ClueKind.FOLLOWERS: _count(lambda to, n: to.ngettext("%(count)s follower.", "%(count)s followers.", n)),
    ClueKind.LISTED_OUTLET: _quoting(mark("%(host)s is a listed outlet."), "host"),
    ClueKind.NEWS_SOURCE: _plain(mark("It came from a news source.")),
    ClueKind.CALLED: _quoting(mark("They are called «%(name)s»; anybody may call themselves anything."), "name"),
    ClueKind.CALLED_LIKE: _quoting(
        mark("They are called «%(name)s», like the competitor %(rival)s: a question, nothing more."), "rival", "name"
    ),
    ClueKind.WRITES_FROM: _quoting(mark("They write from %(host)s."), "host"),
    ClueKind.SAME_AGAIN: _share(mark("%(part)s of their %(whole)s mentions repeat an earlier one.")),
    ClueKind.SAME_AGAIN_YOUNG: _share(
        mark("%(part)s of their %(whole)s mentions repeat an earlier one, from an account younger than a month.")
    ),
    ClueKind.ALL_NEGATIVE: _share(mark("%(part)s of their %(whole)s mentions of the brand are negative.")),
    ClueKind.ALL_NEGATIVE_INSULTS: _share(
        mark("%(part)s of their %(whole)s mentions of the brand are negative, and one of these insults.")
    ),
    ClueKind.NAMELESS: _plain(mark("The source names no author.")),
    ClueKind.DIGITS: _plain(mark("A handle of digits, and no name.")),
    ClueKind.DEFAULT_NAME: _quoting(mark("A name as platforms give it to whoever gives none: «%(name)s»."), "name"),
    ClueKind.THROWAWAY: _quoting(mark("The account calls itself one for a single use: «%(name)s»."), "name"),
    ClueKind.NAME_HIDDEN: _quoting(mark("Instead of a name there is «%(name)s»."), "name"),
    ClueKind.BARE: _plain(mark("The account has no picture, and says nothing of itself.")),
    ClueKind.UNFOLLOWED: _plain(mark("Nobody follows the account.")),
    ClueKind.NAMELESS_PLACE: _quoting(mark("On %(host)s everybody writes without a name."), "host"),
    ClueKind.CHANNEL: _plain(mark("It stands in the name of a channel, and no person signs it.")),
    ClueKind.NO_HISTORY: _plain(mark("Nothing was heard of them before this case.")),
    ClueKind.YOUNG: _count(
        lambda to, n: to.ngettext("The account was %(count)s day old.", "The account was %(count)s days old.", n)
    ),
    ClueKind.SAME_TEXT: _count(
        lambda to, n: to.ngettext(
            "%(count)s other author wrote almost the same.", "%(count)s other authors wrote almost the same.", n
        )
    ),
    ClueKind.SAME_LINK: _count(
        lambda to, n: to.ngettext(
            "%(count)s other author leads to the same address.", "%(count)s other authors lead to the same address.", n
        )
    ),
    ClueKind.BURST: _share(mark("%(part)s of %(whole)s mentions came within ten minutes.")),
    ClueKind.EVEN: lambda to, of: to.gettext(
        # NOTE: length: an accusative in Ukrainian, as after "every": "кожні 4 хвилини"
        "They come evenly, about %(length)s apart, as a clock sends them.",
        length=to.minutes(int(of[0])),
    ),
    ClueKind.SINGLE_TOPIC: _count(
        lambda to, n: to.ngettext(
            "Their %(count)s mention of the brand says one thing.",
            "All %(count)s mentions of the brand by them say one thing.",
            n,
        )
    ),
    ClueKind.WORDLESS: _share(mark("%(part)s of %(whole)s ratings have hardly any words.")),
    ClueKind.YOUNG_AMONG: _share(mark("%(part)s of %(whole)s accounts are younger than two months.")),
    ClueKind.SAME_TEXT_AMONG: _count(
        lambda to, n: to.ngettext(
            "%(count)s author wrote almost the same text.", "%(count)s authors wrote almost the same text.", n
        )
    ),
    ClueKind.SAME_LINK_AMONG: _count(
        lambda to, n: to.ngettext("%(count)s author leads to one address.", "%(count)s authors lead to one address.", n)
    ),
    ClueKind.SINGLE_TOPIC_AMONG: _share(mark("%(part)s of %(whole)s authors only ever say one thing.")),
    ClueKind.FIRST_KNOWN: _plain(mark("Nothing speaks for an earlier one.")),
    ClueKind.PASSES_ON: _quoting(mark("It passes on the words of somebody else («%(words)s»)."), "words"),
    ClueKind.ANSWERS_UNSEEN: _plain(mark("It answers a post that we have not heard.")),
    ClueKind.ANSWERS_OURS: _plain(mark("It answers one of the brand's own posts.")),
    ClueKind.LEADS_TO: _quoting(mark("It leads to %(host)s, where it may have begun."), "host"),
    ClueKind.SAME_MINUTES: _count(
        lambda to, n: to.ngettext(
            "%(count)s other wrote almost the same within ten minutes.",
            "%(count)s others wrote almost the same within ten minutes.",
            n,
        )
    ),
    ClueKind.BEFORE_US: _plain(mark("It was there before we began to listen to its source.")),
    ClueKind.LISTENING_BEGAN: _plain(mark("We began to listen less than a day before it.")),
    ClueKind.GONE: _plain(mark("The earliest was erased: this is the earliest that is left.")),
}
