"""The languages themselves: what each is called, and the sentence that admits a fallback."""

from bot.language.builder import Words
from bot.language.extraction_marks import N_
from bot.language.marks import clean_line
from bot.language.text import KEY, Label, Text
from bot.language.translated import Chosen

OWN_NAMES = {"en": "English", "ar": "العربية", "ur": "اردو"}

_NAMES = {
    # Translators: the name of a language, as in "this text is in English"
    "en": N_("English"),
    "ar": N_("Arabic"),
    "ur": N_("Urdu"),
}


def own_name(locale: str) -> Label:
    """A language's name in that language: what its reader looks for on a button, whatever language is shown now."""
    return Label(clean_line(OWN_NAMES.get(locale, locale)), KEY)


def language_name(words: Words, locale: str) -> Text:
    """A language's name in the reader's own."""
    return words.say(_NAMES[locale])


def untranslated(words: Words, chosen: Chosen) -> Text | None:
    """The line that tells a reader why a text is not in their language; None when it is."""
    if not chosen.fallback:
        return None
    # Translators: shown above a text of the organisation. {language} is the language the text is shown in.
    return words.say(
        "This text has not been translated into your language yet. Here it is in {language}.",
        language=language_name(words, chosen.locale),
    ).italic()
