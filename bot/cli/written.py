"""Texts in several languages, understood from the command line."""

from collections.abc import Sequence

from bot.config import Organisation
from bot.content.texts import faults_of
from bot.errors import Misuse
from bot.language import Written


def texts_of(field: str, text: str | None, others: Sequence[str], organisation: Organisation) -> dict[str, Written] | None:
    """By language; None where nothing is given. Raises Misuse with one sentence."""
    source = organisation.default_locale
    if text is None:
        if others:
            raise Misuse(f"--{field}-in: give it in {source} too, with --{field}; readers of other languages fall back to that.")
        return None
    given: dict[str, Written] = {source: text.strip()}
    for other in others:
        locale, _, translation = other.partition("=")
        if locale not in organisation.locales or locale in given or not translation.strip():
            wanted = " or ".join(each for each in organisation.locales if each != source)
            raise Misuse(f"--{field}-in: {other!r} is not LANGUAGE=TEXT, with {wanted} as the language, each once.")
        given[locale] = translation.strip()
    for locale, written in given.items():
        _check(field, locale, str(written), str(given[source]), f"--{field}" if locale == source else f"--{field}-in {locale}")
    return given


def _check(field: str, locale: str, text: str, source: str, option: str) -> None:
    if not text:
        raise Misuse(f"{option}: is empty; write it, or leave the option out.")
    for _, said in faults_of(field, locale, text, source):
        raise Misuse(f"{option}: {said}")
