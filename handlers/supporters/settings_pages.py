"""What the settings look like."""

from collections.abc import Sequence

from babel import Locale

from bot.announcements.labels import KINDS
from bot.language import Digits, Label, Text, Words, lines, name, own_name, paragraphs
from bot.language.keyboard import Button, Keyboard, keyboard
from bot.language.places import Place, place_by_key, place_name, place_of_zone
from bot.supporters.kinds import Kind
from bot.supporters.service import Supporter
from handlers.actions import OpenSettings, SetDigits, SetHijri, SetKind, SetPlace, SetRegion, SetSilent, SettingsPage
from handlers.screen import Screen, button

REGIONS = {
    "en": ("GB", "US", "CA", "AU", "IE", "IN", "PK"),
    "ar": ("EG", "SA", "AE", "JO", "PS", "SY", "LB", "IQ", "YE", "SD", "LY", "TN", "DZ", "MA"),
    "ur": ("PK", "IN"),
}
"""Countries whose months and dates are known for a language."""

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
            words.say("Sound: off") if supporter.silent else words.say("Sound: on"),
        ),
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
        button(words.label("Sound on"), SetSilent(silent=False))
        if supporter.silent
        else button(words.label("Sound off"), SetSilent(silent=True)),
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
