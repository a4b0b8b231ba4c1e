"""Why a step was refused, in a sentence of the catalogue."""

from tocsin.domain.refusals import Refused
from tocsin.web.i18n import mark

REFUSALS = {
    Refused.MOVED: mark("This case goes on in another one: do it there."),
    Refused.OVER: mark("This case is over: open it again first."),
    Refused.IS_OPEN: mark("This case is open already."),
    Refused.GRAVER: mark("It has become graver meanwhile: look at it again, then decide."),
    Refused.STORM: mark("The storm lasts. First leave the level to the figures, or say that it is no crisis."),
    Refused.NO_REVIEW: mark("It was a crisis: finish its review first, or say why there will be none."),
    Refused.OWED: mark("A promise is still owed. First it is kept, or those to whom it was made let go of it."),
    Refused.NOT_HELD: mark("Nobody holds the level: it follows the figures already."),
    Refused.ITSELF: mark("That is this very case: give the number of the other one."),
    Refused.NO_CASE: mark("There is no case with this number."),
    Refused.FULL: mark("There is no more room for this in the case."),
    Refused.NOBODY: mark("Only people of the client's file can do this. Ask your desk if somebody is missing there."),
    Refused.WORDS: mark("Write a few words, neither too few nor too many."),
    Refused.PAST: mark("Please choose a moment ahead."),
    Refused.FUTURE: mark("Please choose a moment that is over."),
    Refused.SETTLED: mark("That is settled already. Look below how it stands."),
    Refused.SIGN_FIRST: mark("Somebody else must sign it off before it is done."),
    Refused.OWN: mark("It is your own: somebody else signs it off."),
    Refused.LAW_RUNS: mark("A clock of the law runs for it: stop that first, and say why."),
    Refused.RUNS: mark("This clock runs already."),
    Refused.RELEASE: mark("Only those to whom it was made can let you off: note who said so, and when."),
    Refused.PROOF: mark("A denial stands on its proof: give it in words or as an address."),
    Refused.NO_PROOF: mark(
        "What is not known yet has no proof: say whether it is true or false, or leave the proof out."
    ),
    Refused.NO_PLAN: mark("There is no plan yet: say first which scenario it is."),
    Refused.NO_WAY: mark("Choose at least one way to answer."),
    Refused.NOTHING: mark("There is nothing to sign off."),
    Refused.FINISHED: mark("The review is finished: nothing in it changes any more."),
    Refused.NOT_BEGUN: mark("The review has not begun yet."),
    Refused.UNREVIEWED: mark("It is finished when every question is answered and every change decided."),
    Refused.STALE: mark("What this would change reads otherwise by now."),
    Refused.FIXED: mark("These words have been given to people, or were taken back: write a new text."),
    Refused.TAKEN_BACK: mark("It was published: say why it was taken back. Criticism stays where it is."),
    Refused.OTHER_EYES: mark("From crisis on, somebody else approves what you wrote."),
    Refused.LINT: mark("Something still speaks against these words: change them, or say why they go out as they are."),
    Refused.ACCUSATION: mark(
        "This accuses somebody, and no text that leaves may. Say how it really is, without saying who is behind it."
    ),
    Refused.MAY_ACCUSE: mark("This may accuse somebody: change it, or let another person read and approve it."),
    Refused.HARMFUL: mark(
        "This threatens, apologises by half or speaks of deleting: that makes it worse. Please say it in another way."
    ),
    Refused.POSTURE: mark("This cannot be said as the case and its plan stand now."),
    Refused.NOT_APPROVED: mark("It is not approved yet: nothing goes out before."),
    Refused.CLIENT: mark("It waits for the client's yes: ask for it first."),
    Refused.ADDRESS: mark("Say where it stands: its address."),
    Refused.NO_ADDRESS: mark("That is no web address: it begins with https://"),
    Refused.CHANGED: mark("This text has been changed meanwhile: read it again."),
    Refused.PRIVATE: mark("It came by the private form: answer it in its own thread."),
    Refused.NO_ANSWER: mark("No answer is advised: it feeds this voice. Watch it, and answer the public once."),
    Refused.CORRECTION: mark("A correction needs how it really is, and where that can be seen."),
    Refused.FORGOTTEN: mark("This mention is not kept any more."),
    Refused.EXPIRED: mark("The prepared text has expired: have it renewed in the client's file."),
    Refused.UNKNOWN: mark("What you chose is not here, or not any more. Look below how it stands, and choose again."),
    Refused.UNFIT: mark("The case cannot hold this as it is written: please look at what you filled in."),
    Refused.NO_CHANNEL: mark("This person cannot be reached in this way: the client's file has no number or address."),
    Refused.CALM: mark(
        "At calm there is nothing to hold: leave the level to the figures, or say that it is no crisis."
    ),
    Refused.LONG_AGO: mark("This date is very long ago: is it right?"),
    Refused.DRILL: mark("A drill and a real case do not mix: what is said in one would count in the other."),
    Refused.NOT_SENT: mark("It has not been sent: nothing can have come of it yet."),
    Refused.FACTS: mark("Some facts for this text are missing. Fill them in first; nothing is made up for them."),
    Refused.STAYS: mark("It stays: criticism is answered and not removed."),
    Refused.UNDEPLOYED: mark("The playbooks are not there yet: ask your desk to deploy the client again."),
    Refused.GONE: mark("You are no longer among the people of the client's file. Please ask your desk."),
    Refused.SOMEHOW: mark("This could not be done, and nothing was changed. Please try again, or ask your desk."),
    Refused.THIS_CASE: mark(
        "It can be kept only as first words for any case of this kind: without what is known of this one alone, and"
        " denying, admitting and promising nothing."
    ),
    Refused.GOOD_UNTIL: mark("Say until which day it is good: a year ahead at most."),
    Refused.UNPREPARED: mark("The client's file has no prepared text of this kind for this scenario and language."),
}
