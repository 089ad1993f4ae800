"""How far translation has come, shown to a person."""

from collections import Counter

from bot.cli.screen import say, table
from bot.content.status import Item, Readiness, Standing
from bot.language import State

OWN = "their own language"


def show_languages(readiness: Readiness) -> None:
    """Every case and update, and the sum of each language."""
    if _said_that_there_is_nothing(readiness):
        return
    locales = list(readiness.languages)
    rows = [(item.what, item.slug, *(_cell(item, locale) for locale in locales)) for item in readiness.items]
    table(("what", "slug", *locales), rows)
    sums = [(locale, *(counts[state] for state in State)) for locale, counts in readiness.languages.items()]
    table(("texts in", *(f"#{state}" for state in State)), sums)
    say(f"What is not ready is shown in {readiness.source_locale}, with a line that says so. One language: --locale.")


def show_language(readiness: Readiness) -> None:
    """Every text in one language."""
    if _said_that_there_is_nothing(readiness):
        return
    rows = [
        (item.what, item.slug, text.field, text.state, _seen(text)) for item in readiness.items for text in item.texts
    ]  # fmt: skip
    table(("what", "slug", "text", "state", "readers see"), rows)
    for locale, counts in readiness.languages.items():
        say(f"{locale}: {', '.join(f'{count} {state}' for state, count in counts.items())}.")


def _said_that_there_is_nothing(readiness: Readiness) -> bool:
    if not readiness.items:
        say("There is no content yet; `nida content apply` brings in your files.")
    return not readiness.items


def _cell(item: Item, locale: str) -> str:
    """Ready, or what of it is not: 1 stale, 1 missing."""
    counts = Counter(text.state for text in item.texts if text.locale == locale)
    return ", ".join(f"{counts[state]} {state}" for state in State if counts[state] and state is not State.ready) or State.ready


def _seen(text: Standing) -> str:
    return OWN if text.shown == text.locale else f"{text.shown}, and are told so"
