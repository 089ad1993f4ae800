"""What buttons carry. Telegram keeps old buttons for ever: whoever handles one looks up the facts again."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bot.language import Digits
from bot.supporters.kinds import Kind

SOURCE_LENGTH = 32
"""Letters of a link's source that fit into a button beside what else it carries."""


class Subscribe(CallbackData, prefix="subscribe"):
    case_id: int | None = None
    source: str | None = None


class SetLanguage(CallbackData, prefix="language"):
    locale: str
    case_id: int | None = None
    source: str | None = None
    """What brought somebody who has not subscribed yet: the greeting in another language goes on with it."""


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


class Follow(CallbackData, prefix="follow"):
    case_id: int


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

    def stop_following(self, case_id: int) -> str:
        return StopFollowing(case_id=case_id, from_alert=True).pack()
