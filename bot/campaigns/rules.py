"""What a draft of a campaign or an action must be like.

Who is written to or called is an office or an organisation, never a private person. What a rule can see of that, it refuses:
a target that is not named, a mailbox at a provider of private ones, a mobile number where those can be told by their first
digits. The rest is for whoever approves the file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from bot.campaigns.hours import OfficeHours
from bot.campaigns.mobiles import is_mobile
from bot.campaigns.models import ActionKind
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.daytime import is_zone

Found = Iterator[tuple[str, str]]
"""The field as the file has it, and a sentence that goes on from it."""

USUAL_MINUTES: Final[Mapping[ActionKind, int]] = {
    ActionKind.SHARE: 1,
    ActionKind.DONATE: 3,
    ActionKind.EMAIL: 5,
    ActionKind.CALL: 10,
    ActionKind.VISIT: 15,
    ActionKind.ATTEND: 120,
}
LONGEST: Final = 7 * 24 * 60
WRITTEN_AS: Final[Mapping[str, str]] = {"email": "to", "letter": "body", "letter_locale": "language"}
"""What a file calls fields that are named otherwise here."""
OWN: Final[Mapping[ActionKind, tuple[str, ...]]] = {
    ActionKind.EMAIL: ("target", "email", "subject", "letter", "letter_locale"),
    ActionKind.CALL: ("target", "phone", "script", "hours", "timezone"),
    ActionKind.SHARE: ("petition", "event"),
    ActionKind.DONATE: ("url",),
    ActionKind.ATTEND: ("event",),
    ActionKind.VISIT: ("url",),
}
"""The fields that say more about an action of that kind. Any may be about a case: then its followers are called to it."""
NEEDED: Final[Mapping[ActionKind, tuple[str, ...]]] = {
    ActionKind.EMAIL: ("target", "email", "subject", "letter"),
    ActionKind.CALL: ("target", "phone", "script"),
    ActionKind.SHARE: (),
    ActionKind.DONATE: ("url",),
    ActionKind.ATTEND: ("event",),
    ActionKind.VISIT: ("url",),
}
PRIVATE_MAIL: Final = frozenset(
    {
        *("aol.com", "fastmail.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.co.uk"),
        *("hotmail.com", "hotmail.de", "icloud.com", "inbox.ru", "live.com", "mac.com", "mail.com", "mail.ru", "me.com"),
        *("msn.com", "outlook.com", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "rediffmail.com"),
        *("t-online.de", "tuta.com", "tutanota.com", "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yandex.com"),
        *("yandex.ru", "ymail.com", "zoho.com"),
    }
)
_PERSONAL_MOBILE: Final = "begins like a mobile number, which is a person's; write the number of the office"
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE: Final = re.compile(r"\+[1-9]\d{5,14}")
MOST_PHONE: Final = 20


def campaign_faults(draft: CampaignDraft) -> Found:
    if draft.starts is not None and draft.ends is not None and draft.ends < draft.starts:
        yield "ends", f"is before the start, {draft.starts}; mend one of them."


def action_faults(draft: ActionDraft) -> Found:
    yield from _field_faults(draft)
    yield from _target_faults(draft)
    yield from _hour_faults(draft)
    if draft.minutes is not None and not 1 <= draft.minutes <= LONGEST:
        yield "minutes", f"is {draft.minutes}; write how many minutes it takes, at least 1, or leave the line out."


def _field_faults(draft: ActionDraft) -> Found:
    own = OWN[draft.kind]
    for name in dict.fromkeys(each for fields in OWN.values() for each in fields):
        shown = WRITTEN_AS.get(name, name)
        if name not in own and getattr(draft, name) is not None:
            yield shown, f"says nothing about an action of the kind {draft.kind}; take it out."
        if name in NEEDED[draft.kind] and getattr(draft, name) is None:
            yield shown, f"is missing, but the kind is {draft.kind}; add it."
    if draft.kind is ActionKind.SHARE:
        shared = [name for name in (*own, "case") if getattr(draft, name) is not None]
        if len(shared) > 1:
            yield shared[1], f"is shared, and {shared[0]} too; write an action for each."
        if not shared and draft.campaign is None:
            yield "", "does not say what is shared; write a petition, a case, an event, or the campaign."


def _target_faults(draft: ActionDraft) -> Found:
    if draft.email is not None:
        if not _MAIL.fullmatch(draft.email):
            yield "to", f"{draft.email!r} is not an e-mail address; write one like office@parliament.example."
        elif draft.email.rpartition("@")[2].lower() in PRIVATE_MAIL:
            yield "to", "is at a provider of private mailboxes; write to the address of the office itself, never to a person's."
    if draft.phone is not None:
        digits = digits_of(draft.phone)
        if not _PHONE.fullmatch(digits) or len(draft.phone) > MOST_PHONE:
            yield "phone", f"{draft.phone!r} is not a number one can call from anywhere; write it like +44 20 7946 0000."
        elif is_mobile(digits):
            yield "phone", f"{_PERSONAL_MOBILE}."


def _hour_faults(draft: ActionDraft) -> Found:
    if draft.hours is None:
        return
    if draft.timezone is None:
        yield "hours", "needs the time zone of the office; write it as timezone, like Europe/London."
    elif not is_zone(draft.timezone):
        yield "timezone", f"{draft.timezone!r} is not a time zone of the IANA list; write one like Europe/London."
    else:
        try:
            OfficeHours.parse(draft.hours, ZoneInfo(draft.timezone))
        except ValueError as error:
            yield "hours", f"{error}."


def digits_of(phone: str) -> str:
    """As it is dialled."""
    return re.sub(r"[\s().-]", "", phone)
