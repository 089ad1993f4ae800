"""What buttons carry. Telegram keeps old buttons for ever: whoever handles one looks up the facts again."""

from enum import StrEnum
from typing import Self

from aiogram.filters.callback_data import CallbackData

from bot.campaigns.models import CallOutcome
from bot.language import Digits
from bot.petitions.models import Ask
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind


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


class SettingsPage(StrEnum):
    OVERVIEW = "overview"
    LANGUAGE = "language"
    REGION = "region"
    DIGITS = "digits"
    PLACE = "place"
    KINDS = "kinds"
    QUIET = "quiet"
    DIGEST = "digest"


class OpenSettings(CallbackData, prefix="settings"):
    page: SettingsPage = SettingsPage.OVERVIEW


class SetRegion(CallbackData, prefix="region"):
    code: str


class SetDigits(CallbackData, prefix="digits"):
    digits: Digits


class SetPlace(CallbackData, prefix="place"):
    key: str


class SetHijri(CallbackData, prefix="hijri"):
    hijri: bool


class SetKind(CallbackData, prefix="kind"):
    kind: Kind
    wanted: bool


class SetSilent(CallbackData, prefix="silent"):
    silent: bool


class SetQuiet(CallbackData, prefix="quiet"):
    """Hours after midnight; both the same for none at all."""

    start: int
    end: int


class SetDigest(CallbackData, prefix="digest"):
    days: int


class Pause(CallbackData, prefix="pause"):
    days: int


class Resume(CallbackData, prefix="resume"):
    pass


class Forget(CallbackData, prefix="forget"):
    sure: bool


class OpenHelp(CallbackData, prefix="help"):
    pass


class AlertActions:
    """The buttons below an alert, for the announcements, which do not know the conversation."""

    def open_case(self, case_id: int) -> str:
        return OpenCase(case_id=case_id, from_alert=True).pack()

    def open_petition(self, petition_id: int) -> str:
        return OpenPetition(petition_id=petition_id, below=True).pack()

    def stop_following(self, case_id: int) -> str:
        return StopFollowing(case_id=case_id, from_alert=True).pack()


class EventActions:
    """The buttons below an event, for whatever is sent about it."""

    def open_event(self, event_id: int) -> str:
        return OpenEvent(event_id=event_id, below=True).pack()

    def open_case(self, case_id: int) -> str:
        return OpenCase(case_id=case_id, from_alert=True).pack()

    def answer(self, event_id: int, answer: Answer, *, below: bool = False) -> str:
        if answer is Answer.DECLINED:
            return DeclineEvent(event_id=event_id, below=below).pack()
        return AnswerEvent(event_id=event_id, answer=answer, below=below).pack()

    def reminders(self, event_id: int) -> str:
        return OpenReminders(event_id=event_id).pack()

    def way(self, event_id: int, *, below: bool = False) -> str:
        return OpenWay(event_id=event_id, below=below).pack()

    def calendar(self, event_id: int) -> str:
        return GetCalendar(event_id=event_id).pack()

    def share(self, event_id: int) -> str:
        return Share(kind="event", id=event_id).pack()


class PetitionActions:
    """The buttons below what is sent about a petition."""

    def open_petition(self, petition_id: int) -> str:
        return OpenPetition(petition_id=petition_id, below=True).pack()

    def open_case(self, case_id: int) -> str:
        return OpenCase(case_id=case_id, from_alert=True).pack()

    def stop_news(self, petition_id: int) -> str:
        return StopHearingOfPetition(petition_id=petition_id, below=True).pack()


class CallActions:
    """The buttons below a call to an action."""

    def open_action(self, action_id: int) -> str:
        return OpenAction(action_id=action_id, below=True).pack()

    def ask_later(self, action_id: int) -> str:
        return AskLater(action_id=action_id, below=True).pack()
