"""How far translation has come: every text in every language, and what its readers are shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.content.library import Library
from bot.content.sheets import language_fault
from bot.errors import NidaError
from bot.language import State
from bot.language.edited import Kept


@dataclass(frozen=True, slots=True)
class Standing:
    """One text in one language. `shown` is the language its readers see it in."""

    field: str
    locale: str
    state: State
    shown: str


@dataclass(frozen=True, slots=True)
class Item:
    """A case, an update or an event: `what` says which."""

    what: str
    slug: str
    texts: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """`languages` counts the texts of each language by their state."""

    source_locale: str
    languages: Mapping[str, Mapping[State, int]]
    items: tuple[Item, ...]


async def readiness(library: Library, locale: str | None) -> Readiness:
    """Of all languages content is translated into, or of one. Raises NidaError when that is not one of them."""
    if locale is not None and (fault := language_fault(library, locale)):
        raise NidaError(f"{fault[0].upper()}{fault[1:]}")
    wanted = [each for each in library.locales if each != library.source_locale and locale in {None, each}]
    items = tuple(_items(await library.texts(), wanted, library.source_locale))
    states = [(text.locale, text.state) for item in items for text in item.texts]
    return Readiness(library.source_locale, {each: _counted(states, each) for each in wanted}, items)


def _items(kept: Sequence[Kept], wanted: Sequence[str], source: str) -> Iterable[Item]:
    for (what, slug), texts in groupby(kept, key=lambda text: (text.what, text.slug)):
        yield Item(what, slug, tuple(_standing(text, locale, source) for text in texts for locale in wanted))


def _standing(text: Kept, locale: str, source: str) -> Standing:
    state = text.texts.state(locale, source)
    return Standing(text.field, locale, state, locale if state is State.ready else source)


def _counted(states: Iterable[tuple[str, State]], locale: str) -> dict[State, int]:
    counts = Counter(state for of, state in states if of == locale)
    return {state: counts[state] for state in State}
