"""How the kinds of update are called, and how sure one is."""

from bot.language import N_
from bot.supporters.kinds import Kind

KINDS = {
    # Translators: kinds of update in a case's timeline.
    Kind.NEWS: N_("News"),
    Kind.HEARING: N_("Hearing"),
    Kind.FILING: N_("Court filing"),
    Kind.RULING: N_("Ruling"),
    Kind.ACTION: N_("Call to action"),
}
CERTAINTIES = {
    # Translators: whether the organisation checked it itself or somebody else reports it.
    "confirmed": N_("Confirmed"),
    "reported": N_("Reported, not confirmed"),
}
