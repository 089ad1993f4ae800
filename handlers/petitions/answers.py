"""What a signer is asked, and how what they answered reads."""

from babel import Locale

from bot.language import N_, Text, Value, Words, lines, name
from bot.petitions.models import Ask
from bot.petitions.views import Answers, Mine, PetitionView

ASKED = {
    # Translators: what a signer answered: {answer} is a name, a city, a country, a sentence.
    Ask.NAME: N_("Name: {answer}"),
    Ask.CITY: N_("City: {answer}"),
    Ask.COUNTRY: N_("Country: {answer}"),
    Ask.COMMENT: N_("Comment: {answer}"),
}


def answered(words: Words, petition: PetitionView, answers: Answers) -> Text | None:
    """Each thing asked on a line of its own, said or left out; None where nothing was asked."""
    return lines(*[_line(words, ask, answers) for ask in petition.asks]) if petition.asks else None


def answer_shown(words: Words, ask: Ask, answer: str) -> Value:
    if ask is Ask.COUNTRY:
        answer = Locale(words.reader.locale).territories.get(answer, answer)
    return name(answer)


def consents(words: Words, mine: Mine) -> Text:
    shown = words.say("Your name may be shown.") if mine.show_name else words.say("Your name is not shown.")
    passed = (
        words.say("What you answered may be passed on.") if mine.pass_on else words.say("What you answered is not passed on.")
    )
    return lines(shown, passed)


def _line(words: Words, ask: Ask, answers: Answers) -> Text:
    answer = getattr(answers, ask)
    if answer:
        return words.say(ASKED[ask], answer=answer_shown(words, ask, answer))
    # Translators: stands where a signer answered nothing, as in "City: left out".
    return words.say(ASKED[ask], answer=words.say("left out"))
