"""What the buttons of the settings carry."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bot.language import Digits
from bot.supporters.kinds import Kind


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
