"""What the settings look like."""

from collections.abc import Sequence
from datetime import UTC, datetime

from babel import Locale

from bot.announcements.labels import KINDS
from bot.daytime import Hours
from bot.language import Digits, Label, Text, Value, Words, clock_time, day, lines, name, own_name, paragraphs
from bot.language.keyboard import Button, Keyboard, keyboard
from bot.language.places import Place, place_by_key, place_name, place_of_zone
from bot.supporters.kinds import Kind
from bot.supporters.service import DIGESTS, Supporter
from handlers.actions import Resume
from handlers.screen import Screen, button
from handlers.supporters.choices import (
    OpenSettings,
    SetDigest,
    SetDigits,
    SetHijri,
    SetKind,
    SetPlace,
    SetQuiet,
    SetRegion,
    SetSilent,
    SettingsPage,
)

DIGEST_HOUR = 18
"""When gathered updates come, as `bot.delivery.timing` has it."""

REGIONS = {
    "en": ("GB", "US", "CA", "AU", "IE", "IN", "PK"),
    "ar": ("EG", "SA", "AE", "JO", "PS", "SY", "LB", "IQ", "YE", "SD", "LY", "TN", "DZ", "MA"),
    "ur": ("PK", "IN"),
}
"""Countries whose months and dates are known for a language."""

NO_QUIET = Hours(0, 0)
QUIET = tuple(Hours(start * 60, end * 60) for start, end in ((21, 9), (22, 7), (22, 9), (23, 8)))
"""Quiet hours that are offered."""

SAMPLE = {Digits.latin: "456", Digits.arabic: "٤٥٦", Digits.urdu: "۴۵۶"}
"""Digits that differ in all three: 1, 2 and 3 look the same in Arabic and in Urdu."""


def overview(words: Words, supporter: Supporter) -> Screen:
    reader = supporter.reader
    text = paragraphs(
        words.say("Settings").bold(),
        lines(
            words.say("Language: {language}", language=name(own_name(reader.locale).text)),
            words.say("Country: {country}", country=country(words, reader.region)),
            words.say("Digits: {digits}", digits=name(SAMPLE[reader.digits])),
            hijri_choice(words, reader.hijri),
            words.say("Times are shown for: {place}", place=_place(words, supporter)),
            words.say("Updates: {kinds}", kinds=_wanted(words, supporter)),
            words.say("How often: {often}", often=how_often(words, supporter.digest_days)),
            words.say("Quiet hours: {hours}", hours=_quiet(words, supporter)),
            words.say("Sound: off") if supporter.silent else words.say("Sound: on"),
        ),
        words.say("Paused until {day}.", day=day(supporter.paused_until)).bold() if supporter.paused_until else None,
    )
    return text, keyboard(
        words,
        _page(words.label("Language"), SettingsPage.LANGUAGE),
        _page(words.label("Country"), SettingsPage.REGION),
        _page(words.label("Digits"), SettingsPage.DIGITS),
        button(words.label("Hide Hijri dates"), SetHijri(hijri=False))
        if reader.hijri
        else button(words.label("Show Hijri dates"), SetHijri(hijri=True)),
        _page(words.label("City for times"), SettingsPage.PLACE),
        _page(words.label("Which updates"), SettingsPage.KINDS),
        (_page(words.label("How often"), SettingsPage.DIGEST), _page(words.label("Quiet hours"), SettingsPage.QUIET)),
        button(words.label("Sound on"), SetSilent(silent=False))
        if supporter.silent
        else button(words.label("Sound off"), SetSilent(silent=True)),
        button(words.label("Receive messages again"), Resume()) if supporter.paused_until else None,
    )


def regions(words: Words) -> Screen:
    buttons = [button(words.label_of(country(words, code)), SetRegion(code=code)) for code in REGIONS[words.reader.locale]]
    pairs = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return words.say("Which country's dates and months do you use?"), keyboard(words, *pairs, _back(words))


def digits(words: Words) -> Screen:
    row = tuple(button(words.label_of(name(sample)), SetDigits(digits=each)) for each, sample in SAMPLE.items())
    return words.say("Which digits do you want to see?"), keyboard(words, row, _back(words))


def places(words: Words, found: Sequence[Place]) -> Screen:
    rows = [button(words.label_of(place_name(words, place)), SetPlace(key=place.key)) for place in found]
    return words.say("Which city do you mean?"), keyboard(words, *rows, _back(words))


def kinds(words: Words, supporter: Supporter) -> Screen:
    """One button for each kind: tapping it turns that kind on or off."""
    rows = [_kind_button(words, kind, wanted=kind not in supporter.muted) for kind in Kind]
    text = words.say("Which updates do you want to hear about? Tap to change.")
    return text, keyboard(words, *rows, _back(words))


def quiet(words: Words, supporter: Supporter) -> Screen:
    offered = [_quiet_button(words, hours) for hours in QUIET]
    pairs = [tuple(offered[at : at + 2]) for at in range(0, len(offered), 2)]
    text = paragraphs(
        words.say(
            "At which hours do you want no updates? They come when the quiet hours end, on the clock of {place}.",
            place=_place(words, supporter),
        ),
        words.say("Only what cannot wait still comes, like a hearing that is moved to the next morning."),
    )
    return text, keyboard(words, *pairs, button(words.label("No quiet hours"), SetQuiet(start=0, end=0)), _back(words))


def digests(words: Words) -> Screen:
    text = paragraphs(
        words.say("How often do you want to hear about the cases you follow?"),
        words.say(
            "Once a day means every evening at {time}, once a week on Saturday at {time}: one message with all of it. "
            "What cannot wait comes at once.",
            time=_time(words, DIGEST_HOUR),
        ),
    )
    rows = [button(words.label_of(how_often(words, days)), SetDigest(days=days)) for days in DIGESTS]
    return text, keyboard(words, *rows, _back(words))


def how_often(words: Words, days: int) -> Text:
    if days == 0:
        # Translators: how often somebody gets updates: after "How often:" and alone on a button.
        return words.say("each update at once")
    return words.say("once a day") if days == 1 else words.say("once a week")


def _quiet(words: Words, supporter: Supporter) -> Text:
    if supporter.quiet is None:
        return words.say("not chosen")
    # Translators: after "Quiet hours:".
    return words.say("none") if supporter.quiet.is_empty else _hours(words, supporter.quiet)


def _quiet_button(words: Words, hours: Hours) -> Button:
    return button(words.label_of(_hours(words, hours)), SetQuiet(start=hours.start // 60, end=hours.end // 60))


def _hours(words: Words, hours: Hours) -> Text:
    # Translators: a stretch of the day, like "22:00 to 07:00".
    return words.say("{start} to {end}", start=_time(words, hours.start // 60), end=_time(words, hours.end // 60))


def _time(words: Words, hour: int) -> Value:
    return clock_time(words, datetime(2000, 1, 1, hour, tzinfo=UTC), "UTC")


def back(words: Words) -> Keyboard:
    return keyboard(words, _back(words))


def _kind_button(words: Words, kind: Kind, *, wanted: bool) -> Button:
    shown = words.say(KINDS[kind])
    label = words.label("✓ {kind}", kind=shown) if wanted else words.label("Off: {kind}", kind=shown)
    return button(label, SetKind(kind=kind, wanted=not wanted))


def _wanted(words: Words, supporter: Supporter) -> Text:
    if not supporter.muted:
        return words.say("all kinds")
    if wanted := len(Kind) - len(supporter.muted):
        return words.count("{n} kind", "{n} kinds", wanted)
    # Translators: stands after "Updates:" for somebody who turned every kind off.
    return words.say("no kind")


def hijri_choice(words: Words, hijri: bool) -> Text:
    return words.say("Hijri dates: shown too") if hijri else words.say("Hijri dates: not shown")


def country(words: Words, code: str | None) -> Text:
    if code is None:
        return words.say("not chosen")
    return words.show(name(Locale(words.reader.locale).territories.get(code, code)))


def _place(words: Words, supporter: Supporter) -> Text:
    place = place_by_key(supporter.place) if supporter.place else None
    return place_name(words, place or place_of_zone(supporter.reader.timezone))


def _page(label: Label, page: SettingsPage) -> Button:
    return button(label, OpenSettings(page=page))


def _back(words: Words) -> Button:
    return _page(words.label("Back to settings"), SettingsPage.OVERVIEW)
