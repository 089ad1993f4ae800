"""What buttons carry. Telegram keeps old buttons for ever: whoever handles one looks up the facts again."""

from enum import StrEnum
from typing import Self

from aiogram.filters.callback_data import CallbackData

from bot.campaigns.models import CallOutcome
from bot.petitions.models import Ask
from bot.supporters.answers import Answer


class Lasting(CallbackData, prefix="lasting"):
    """A button that learnt to carry more: those from before carry less, and what they lack is its default."""

    @classmethod
    def unpack(cls, value: str) -> Self:
        lacking = len(cls.model_fields) - value.count(cls.__separator__)
        return super().unpack(value + cls.__separator__ * lacking)


class Subscribe(Lasting, prefix="subscribe"):
    case_id: int | None = None
    source: str | None = None
    event_id: int | None = None
    petition_id: int | None = None
    action_id: int | None = None


class SetLanguage(Lasting, prefix="language"):
    locale: str
    case_id: int | None = None
    source: str | None = None
    """What brought somebody who has not subscribed yet: the greeting in another language goes on with it."""
    event_id: int | None = None
    petition_id: int | None = None
    action_id: int | None = None


class ListEvents(CallbackData, prefix="events"):
    mine: bool = False
    offset: int = 0


class ListCaseEvents(CallbackData, prefix="case-events"):
    case_id: int
    offset: int = 0


class OpenEvent(CallbackData, prefix="event"):
    event_id: int
    below: bool = False
    """A message that was sent stays as it was read: what its buttons lead to opens below it."""


class AnswerEvent(CallbackData, prefix="answer"):
    event_id: int
    answer: Answer
    below: bool = False


class DeclineEvent(CallbackData, prefix="decline"):
    event_id: int
    below: bool = False


class OpenReminders(CallbackData, prefix="reminders"):
    event_id: int


class SetReminder(CallbackData, prefix="remind"):
    event_id: int
    minutes: int
    wanted: bool


class RemindAsUsual(CallbackData, prefix="as-usual"):
    event_id: int


class OpenWay(CallbackData, prefix="way"):
    event_id: int
    below: bool = False


class GetCalendar(CallbackData, prefix="calendar"):
    event_id: int


class CalendarWish(StrEnum):
    SEE = "see"
    MAKE = "make"
    RENEW = "renew"
    END = "end"


class OwnCalendar(CallbackData, prefix="own-calendar"):
    wish: CalendarWish = CalendarWish.SEE


class Share(CallbackData, prefix="share"):
    """Something to pass on; `kind` is that of its link. `source` is the link that led to it."""

    kind: str
    id: int
    source: str | None = None


class SharePicture(CallbackData, prefix="share-picture"):
    kind: str
    id: int
    wide: bool = False


class ShareCode(CallbackData, prefix="share-code"):
    """The link as a picture to scan."""

    kind: str
    id: int


class ListPetitions(CallbackData, prefix="petitions"):
    offset: int = 0


class ListCasePetitions(CallbackData, prefix="case-petitions"):
    case_id: int
    offset: int = 0


class ListSignatures(CallbackData, prefix="signatures"):
    offset: int = 0


class OpenPetition(CallbackData, prefix="petition"):
    petition_id: int
    source: str | None = None
    """The link somebody came by, until they sign."""
    below: bool = False


class SignPetition(CallbackData, prefix="sign"):
    petition_id: int
    source: str | None = None


class CountMeIn(CallbackData, prefix="count-me-in"):
    """What a petition that asks nothing is signed with: all there is to consent to."""

    petition_id: int
    source: str | None = None


class ChangeSignature(CallbackData, prefix="change"):
    petition_id: int


class SigningWish(StrEnum):
    SKIP = "skip"
    EDIT = "edit"
    REVIEW = "review"
    SHOW_NAME = "name"
    HAND_ON = "hand-on"
    CONFIRM = "confirm"
    SAVE = "save"
    """What CONFIRM is to who has signed already."""
    LEAVE = "leave"


class InSigning(CallbackData, prefix="signing"):
    """A button of the questions: what they were about stands in the conversation."""

    petition_id: int
    wish: SigningWish
    ask: Ask | None = None
    wanted: bool = False


class OpenSignature(CallbackData, prefix="signature"):
    petition_id: int


class WithdrawSignature(CallbackData, prefix="withdraw"):
    petition_id: int
    sure: bool = False


class HearOfPetition(CallbackData, prefix="petition-news"):
    petition_id: int


class StopHearingOfPetition(CallbackData, prefix="no-news"):
    petition_id: int
    below: bool = False


class GetReceipt(CallbackData, prefix="receipt"):
    petition_id: int
    sure: bool = False


class CheckCount(CallbackData, prefix="check-count"):
    petition_id: int


class ListActions(CallbackData, prefix="actions"):
    offset: int = 0


class OpenAction(Lasting, prefix="action"):
    action_id: int
    source: str | None = None
    """The link somebody came by, until they have done it."""
    below: bool = False


class DoAction(Lasting, prefix="did"):
    action_id: int
    source: str | None = None
    outcome: CallOutcome | None = None


class UndoAction(Lasting, prefix="undid"):
    action_id: int
    source: str | None = None


class AskLater(Lasting, prefix="later"):
    action_id: int
    below: bool = False
    source: str | None = None


class MakeCall(CallbackData, prefix="call"):
    action_id: int
    source: str | None = None


class WriteLetter(CallbackData, prefix="write"):
    action_id: int
    source: str | None = None


class GetLetter(CallbackData, prefix="letter"):
    action_id: int
    source: str | None = None


class OpenCampaign(CallbackData, prefix="campaign"):
    campaign_id: int


class ListCases(CallbackData, prefix="cases"):
    offset: int = 0


class ListFollowing(CallbackData, prefix="following"):
    offset: int = 0


class ListNews(CallbackData, prefix="news"):
    offset: int = 0


class OpenCase(CallbackData, prefix="case"):
    case_id: int
    from_alert: bool = False
    """An alert stays as it was read: the page opens below it."""


class OpenTimeline(CallbackData, prefix="timeline"):
    case_id: int
    offset: int = 0


class Follow(Lasting, prefix="follow"):
    case_id: int
    source: str | None = None


class StopFollowing(CallbackData, prefix="unfollow"):
    case_id: int
    from_alert: bool = False


class Pause(CallbackData, prefix="pause"):
    days: int


class Resume(CallbackData, prefix="resume"):
    pass


class Forget(CallbackData, prefix="forget"):
    sure: bool


class OpenHelp(CallbackData, prefix="help"):
    pass
