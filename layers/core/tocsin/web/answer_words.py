"""Words of the answering pages that are kept as data: whom to inform, what was done, why a link opens nothing."""

from tocsin.domain.incident import Step
from tocsin.domain.people import Circle
from tocsin.web.i18n import mark

CIRCLES = {
    # NOTE: whom to inform of a crisis, in this order
    Circle.VICTIMS: mark("Victims and their families"),
    # NOTE: whom to inform of a crisis
    Circle.EMPLOYEES: mark("Employees"),
    # NOTE: whom to inform of a crisis
    Circle.CUSTOMERS: mark("Customers concerned"),
    # NOTE: whom to inform of a crisis
    Circle.REGULATOR: mark("The authority"),
    # NOTE: whom to inform of a crisis
    Circle.PARTNERS: mark("Partners"),
    # NOTE: whom to inform of a crisis
    Circle.BOARD: mark("The board"),
    # NOTE: whom to inform of a crisis
    Circle.MEDIA: mark("The media"),
    # NOTE: whom to inform of a crisis
    Circle.PUBLIC: mark("The public"),
}
DONE = {
    # NOTE: in a list of what was done, before a person's own words
    Step.ACT: mark("Done"),
    # NOTE: in a list of what was done: the first answer in public
    Step.RESPOND: mark("Answered in public"),
    # NOTE: in a list of what was done, before the reason
    Step.DECIDE: mark("Decided not to answer"),
    # NOTE: in a list of what was done, before the name of somebody on the client's side
    Step.TELL_CLIENT: mark("Told the client"),
}
# NOTE: in a list of what was done, before the name of somebody on the client's side: sending it was refused
NOT_TOLD = mark("The message to the client may not have arrived")
LOOK_AGAIN = (1, 2, 4, 8, 12, 24, 48)
"""Hours after which a decision not to answer is looked at again."""

EXPIRED = (
    mark("This link is over"),
    mark("Its time has run out. The latest message of the case has a newer one; or call your desk."),
)
REVOKED = (
    mark("This link was taken back"),
    mark("It opens nothing any more. The latest message of the case has a new one; or call your desk."),
)
LEFT = (
    mark("This link is no longer yours"),
    mark("You are none of this client's people any more. If that is wrong, call your desk."),
)
BUSY = (
    mark("Too much at once"),
    mark("Please wait a minute, then open the link again."),
)
MOVED_ON = mark("That cannot be done any more: the case has moved on. Look below how it stands.")
RACE = mark("Others are writing this case at this moment. Please try once more.")
EMPTY = mark("Please write something here.")
CHECK_AGAIN = mark("The words were changed a little. Please read them once more, then send them.")
MAX_NOTE = 280
