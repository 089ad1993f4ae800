"""What is kept, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.announcements.labels import KINDS
from bot.config import Organisation
from bot.events.wording import ANSWERS
from bot.language import N_, Digits, Text, Words, bulleted, command, day, identifier, lines, name, number, own_name, paragraphs
from bot.language.keyboard import keyboard
from bot.language.places import place_by_key, place_name
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from handlers.actions import Forget
from handlers.help import contact
from handlers.screen import Screen, button
from handlers.supporters.settings_pages import SAMPLE, country, hijri_choice, how_often


def privacy(words: Words, organisation: Organisation) -> Screen:
    text = paragraphs(
        *_kept(words),
        *_not_kept(words),
        *_of_signatures(words),
        *_by_whom(words, organisation),
        _what_to_do(words),
        contact(words, organisation),
    )
    return text, keyboard(words)


def _kept(words: Words) -> tuple[Text, Text]:
    return words.say("What is kept about you").bold(), bulleted(
        words.say("Your Telegram ID, encrypted, so that we can write to you."),
        words.say("Your language and your settings."),
        words.say("Which cases you follow, since when, and when you agreed to it; times are rounded to the hour."),
        words.say("What you answer to hearings and events, and when you want to be reminded of them."),
        words.say("Which petitions you want news of, and which actions you did."),
        words.say("Which actions you want to be asked again, and when we last asked you to do something."),
        words.say("Which of our messages reached you, so that none comes twice."),
        words.say(
            "If you choose a language or settings without subscribing, these and your encrypted Telegram ID, for thirty days."
        ),
    )


def _not_kept(words: Words) -> tuple[Text, Text]:
    return words.say("What is not kept").bold(), bulleted(
        words.say("Your name, your user name, your phone number and your picture, as Telegram has them."),
        words.say("What you write to this bot: it is erased as soon as it has been answered."),
    )


def _of_signatures(words: Words) -> tuple[Text, Text]:
    return words.say("If you sign a petition").bold(), bulleted(
        words.say(
            "What you answer, your language and the link you came by are kept encrypted until the day the petition names, "
            "and used for that petition alone."
        ),
        words.say(
            "Your signature is kept under a key of that petition: without our key it leads neither to you nor to what else "
            "you signed."
        ),
        words.say("Your name is shown, and your details passed on, only if you agree to each."),
    )


def _by_whom(words: Words, organisation: Organisation) -> tuple[Text, Text]:
    """Who decides about it, and who else can read it."""
    return words.say(
        "{organisation} decides what it is used for: to send you what you asked for, and nothing else.",
        organisation=name(organisation.name),
    ), words.say(
        "Messages between you and a bot pass through Telegram, which can read them: they are not end-to-end encrypted. "
        "Whoever holds your phone can see this chat."
    )


def _what_to_do(words: Words) -> Text:
    return lines(
        words.say("See everything that is kept about you: {command}", command=command("mydata")),
        words.say("Have it erased: {command}", command=command("forget")),
        words.say("Stop all messages: {command}", command=command("stop")),
    )


def everything(words: Words, exported: Mapping[str, Any]) -> Text:
    """The kept values as a person reads them; the file that follows has them all."""
    kept, signatures = exported["kept"], exported["signatures"]
    if kept is None and not signatures:
        return words.say("Nothing is kept about you.")
    return paragraphs(
        words.say("Everything that is kept about you").bold(),
        *(_of_supporter(words, kept) if kept else ()),
        *_signatures(words, signatures),
    )


def _of_supporter(words: Words, kept: Mapping[str, Any]) -> Sequence[Text | None]:
    return (
        lines(
            words.say("Telegram ID: {number}", number=identifier(str(kept["telegram_id"]))),
            words.say("Language: {language}", language=name(own_name(kept["language"]).text)),
            words.say("Country: {country}", country=country(words, kept["region"])),
            words.say("Digits: {digits}", digits=name(SAMPLE[Digits(kept["digits"])])),
            _place(words, kept["place"]),
            words.say("Time zone: {zone}", zone=identifier(kept["time_zone"])) if kept["time_zone"] else None,
            hijri_choice(words, kept["hijri_dates"]),
            words.say("How often: {often}", often=how_often(words, kept["days_gathered_into_one_message"])),
            _quiet(words, kept["quiet_hours"]),
            words.say("Sound: off") if kept["silent"] else words.say("Sound: on"),
            *[words.say("Off: {kind}", kind=words.say(KINDS[Kind(kind)])) for kind in kept["muted_kinds"]],
            *_given(words, kept["consent"]),
            _dated(words, N_("You stopped messages on: {day}"), kept["stopped_at"]),
            _dated(words, N_("You paused messages until: {day}"), kept["paused_until"]),
            _dated(words, N_("You blocked this bot on: {day}"), kept["blocked_at"]),
            _dated(words, N_("Kept since: {day}"), kept["kept_since"]),
            words.say("The link you came by: {link}", link=identifier(kept["came_by_link"])) if kept["came_by_link"] else None,
        ),
        _follows(words, len(kept["follows"])),
        bulleted(*[words.show(identifier(followed["case"])) for followed in kept["follows"]]) if kept["follows"] else None,
        _answers(words, kept["events"]),
        _hears_of_petitions(words, kept["hears_of_petitions"]),
        _done(words, kept["actions_done"]),
        _messages(words, _sent(kept)),
    )


def _signatures(words: Words, signed: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """What they signed, and what they said there."""
    if signed:
        yield words.count("You signed {n} petition:", "You signed {n} petitions:", len(signed))
    for each in signed:
        yield lines(
            words.say(
                # Translators: {petition} is a petition's short name.
                "{petition}: signature number {number}, on {day}",
                petition=identifier(each["petition"]),
                number=number(each["number"]),
                day=day(datetime.fromisoformat(each["signed_at"])),
            ),
            *[words.show(name(answer)) for answer in each["answers"].values() if answer],
            *_given(words, each["consents"]["count_me"]),
            words.say("Your name may be shown.") if each["name_shown"] else None,
            *_given(words, each["consents"]["show_name"]),
            words.say("Your details may be passed on.") if each["details_passed_on"] else None,
            *_given(words, each["consents"]["pass_on"]),
            words.say("The link you came by: {link}", link=identifier(each["came_by_link"])) if each["came_by_link"] else None,
        )


def whether_to_forget(words: Words) -> Screen:
    text = words.say(
        "Everything kept about you will be erased at once: your settings, what you follow, your signatures, your consent. "
        "This cannot be undone. You can subscribe again at any time."
    )
    return text, keyboard(
        words,
        button(words.label("Erase everything"), Forget(sure=True)),
        button(words.label("Keep it"), Forget(sure=False)),
    )


def forgotten(words: Words) -> Text:
    return paragraphs(
        words.say("Erased. Nothing is kept about you any more.").bold(),
        # Translators: the messages that are in the chat on the person's own phone.
        words.say("The messages in this chat are on your phone and with Telegram. To remove them too, delete the chat."),
    )


def _place(words: Words, key: str | None) -> Text | None:
    place = place_by_key(key) if key else None
    return words.say("Times are shown for: {place}", place=place_name(words, place)) if place else None


def _given(words: Words, consent: Mapping[str, Any] | None) -> Iterator[Text | None]:
    if consent:
        yield _dated(words, N_("You agreed on: {day}"), consent["given_at"])
        # Translators: what people consent to has a number, counted up when its meaning changes.
        yield words.say("Version of what you agreed to: {number}", number=number(consent["version"]))


def _quiet(words: Words, hours: str | None) -> Text | None:
    if hours is None:
        return None
    return words.say("Quiet hours: {hours}", hours=words.say("none") if hours == "none" else identifier(hours))


def _dated(words: Words, message: str, moment: str | None) -> Text | None:
    return words.say(message, day=day(datetime.fromisoformat(moment))) if moment else None


def _follows(words: Words, n: int) -> Text:
    return words.count("You follow {n} case.", "You follow {n} cases.", n) if n else words.say("You follow no case.")


def _said(words: Words, answer: str | None) -> Text:
    """As on the button they tapped."""
    return words.say(ANSWERS[Answer(answer)] if answer else "Remind me")


def _answers(words: Words, answered: Sequence[Mapping[str, Any]]) -> Text | None:
    """What they said to each event, and when they chose to be reminded of it."""
    if not answered:
        return None
    shown = [
        # Translators: {event} is an event's short name, {answer} what somebody said to it.
        words.say("{event}: {answer}", event=identifier(each["event"]), answer=_said(words, each["answer"]))
        for each in answered
    ]
    heading = words.count("You answered to {n} hearing or event:", "You answered to {n} hearings or events:", len(answered))
    return lines(heading, bulleted(*shown))


def _hears_of_petitions(words: Words, wanted: Sequence[Mapping[str, Any]]) -> Text | None:
    if not wanted:
        return None
    heading = words.count("You hear how {n} petition goes:", "You hear how {n} petitions go:", len(wanted))
    return lines(heading, bulleted(*[words.show(identifier(each["petition"])) for each in wanted]))


def _done(words: Words, done: Sequence[Mapping[str, Any]]) -> Text | None:
    if not done:
        return None
    heading = words.count(
        "You said that you did {n} thing we asked for:", "You said that you did {n} things we asked for:", len(done)
    )
    return lines(heading, bulleted(*[words.show(identifier(each["action"])) for each in done]))


def _messages(words: Words, n: int) -> Text:
    if not n:
        return words.say("No message was sent to you.")
    return words.count("{n} message was sent to you.", "{n} messages were sent to you.", n)


def _sent(kept: Mapping[str, Any]) -> int:
    return sum(1 for message in kept["messages"] if message["outcome"] == "sent")
