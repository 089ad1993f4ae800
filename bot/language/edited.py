"""What an edit of content comes to: which texts are kept, what changes, and what then waits for a translator."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import NidaError
from bot.language.translated import State, Translated, Written, fingerprint


class Withheld(NidaError):
    """Drafts say what is wrong, or what people would have to be told of. `what` they are of; `found` has slug, field and
    sentence of each."""

    def __init__(self, what: str, found: Sequence[tuple[str, str, str]]) -> None:
        super().__init__("\n".join(f"The {what} {slug}: {field} {said}" for slug, field, said in found))
        self.what = what
        self.found = tuple(found)


@dataclass(frozen=True, slots=True)
class Kept:
    """One text of a case, an update, an event or the like, in every language it is kept in."""

    what: str
    """"case", "update", "event" or "petition"."""
    slug: str
    field: str
    texts: Translated
    case_title: Translated | None
    """Of the case it is about, if it is about one."""
    own_title: Translated | None = None
    """Of what it is a text of, if that is no case."""

    @property
    def key(self) -> str:
        return f"{self.what}/{self.slug}/{self.field}"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A translation of the source text whose fingerprint is `of`."""

    of: str
    written: Written


@dataclass(frozen=True, slots=True)
class Change:
    """What applying does to one case, update, event or the like. No `fields` means that it is as it was."""

    what: str
    slug: str
    new: bool
    fields: tuple[str, ...]
    """The fields that change, like `status` or `title.ur`."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that waits for a translator: missing, stale, or a draft to be reviewed."""

    what: str
    slug: str
    field: str
    locale: str
    state: State


@dataclass(frozen=True, slots=True)
class Changes:
    items: tuple[Change, ...]
    waiting: tuple[Waiting, ...]
    notes: tuple[str, ...] = ()
    """What somebody may want to look at, each with its place; nothing is refused for it."""

    @property
    def made(self) -> tuple[Change, ...]:
        return tuple(change for change in self.items if change.fields)


class Revision:
    """One edit of any amount of content. `by` and `at` are who and when for texts that change; `confirm` says that translations
    given are right although their source changed."""

    def __init__(self, source: str, locales: Sequence[str], by: str, at: datetime, *, confirm: bool = False) -> None:
        self.at = at
        self.by = by
        self.source = source
        self._locales = tuple(locales)
        self._confirm = confirm
        self._items: list[Change] = []
        self._waiting: list[Waiting] = []

    @property
    def changes(self) -> Changes:
        return Changes(tuple(self._items), tuple(self._waiting))

    def revised(self, kept: Translated | None, texts: Mapping[str, Written]) -> Translated:
        return (kept or Translated()).revised(texts, by=self.by, at=self.at, source=self.source, confirm=self._confirm)

    def note(self, what: str, slug: str, row: object | None, values: Mapping[str, object]) -> None:
        """That what is kept in `row`, if there was any, is to have these values."""
        fields = tuple(field for name, value in values.items() for field in _changed(name, row, value))
        self._items.append(Change(what, slug, row is None, fields))
        texts = {name: value for name, value in values.items() if isinstance(value, Translated)}
        self._waiting.extend(
            Waiting(what, slug, name, locale, state)
            for name, text in texts.items()
            for locale in self._locales
            if (state := text.state(locale, self.source)) is not State.ready
        )


def _changed(name: str, row: object | None, value: object) -> Iterator[str]:
    kept = None if row is None else getattr(row, name)
    if isinstance(value, Translated) or isinstance(kept, Translated):
        after, before = _translations(value), _translations(kept)
        languages = dict.fromkeys([*after, *before])
        yield from (f"{name}.{locale}" for locale in languages if after.get(locale) != before.get(locale))
    elif row is None or kept != value:
        yield name.removesuffix("_id")


def _translations(value: object) -> Mapping[str, object]:
    return value.texts if isinstance(value, Translated) else {}


def set_values(row: object, values: Mapping[str, object]) -> None:
    """Only what differs, so that applying the same again writes nothing."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def render(
    kept: Sequence[tuple[object, Kept]], locale: str, renderings: Mapping[str, Rendering], source: str, by: str, at: datetime
) -> Changes:
    """Take the renderings in, by the keys of the texts they are of, each of which stands beside the row that holds it.
    Raises NidaError, with nothing set, when one of these is not what it was."""
    _ensure_current({text.key: text for _, text in kept}, renderings, source)
    changed: dict[tuple[str, str], list[str]] = {}
    waiting: list[Waiting] = []
    for row, text in kept:
        texts = text.texts
        if rendering := renderings.get(text.key):
            texts = texts.revised({locale: rendering.written}, by=by, at=at, source=source, confirm=True)
        if texts != text.texts:
            set_values(row, {text.field: texts, **({"changed_at": at} if hasattr(row, "changed_at") else {})})
            changed.setdefault((text.what, text.slug), []).append(f"{text.field}.{locale}")
        if (state := texts.state(locale, source)) is not State.ready:
            waiting.append(Waiting(text.what, text.slug, text.field, locale, state))
    items = tuple(Change(what, slug, False, tuple(fields)) for (what, slug), fields in changed.items())
    return Changes(items, tuple(waiting))


def _ensure_current(kept: Mapping[str, Kept], renderings: Mapping[str, Rendering], source: str) -> None:
    for key, rendering in renderings.items():
        text = kept.get(key)
        if text is None or fingerprint(text.texts.texts[source].text) != rendering.of:
            raise NidaError(f"{key} was changed at this very moment; nothing was taken in. Try it again.")
