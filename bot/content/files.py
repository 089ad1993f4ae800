"""Content files: understanding them, saying what is wrong with them, and bringing them in. Nothing here sends anything."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.campaigns.rules import action_faults, campaign_faults
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.cases.views import CaseDraft, UpdateDraft
from bot.content import positions as toml
from bot.content.campaigns import action_draft, campaign_draft
from bot.content.drafting import case_draft, event_draft, petition_draft, update_draft
from bot.content.faults import Fault, Refused
from bot.content.library import Drafts, Library
from bot.content.opening import Opened
from bot.content.schema import (
    DRAFT,
    EXPORTED,
    LISTS,
    REFERENCES,
    TABLES,
    ActionTable,
    CampaignTable,
    CaseTable,
    EventTable,
    PetitionTable,
    Table,
    UpdateTable,
    sentence,
    written,
)
from bot.content.texts import LIMITS, note_on, rule_of, text_faults
from bot.events.rules import draft_faults as event_faults
from bot.events.views import EventDraft
from bot.language import Unreviewed, Written, plain
from bot.language.edited import Changes, Withheld
from bot.petitions.models import PetitionStatus
from bot.petitions.rules import draft_faults as petition_faults
from bot.petitions.views import PetitionDraft

Draft = TypeVar("Draft", EventDraft, PetitionDraft, CampaignDraft, ActionDraft)
Known = Mapping[str, frozenset[str]]
NOTHING: Known = MappingProxyType({})
_TOML_ERROR = re.compile(r"(?P<said>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


@dataclass(slots=True)
class Content:
    """What the files hold. With faults, what could not be understood is left out. Notes are no faults, but worth a look."""

    cases: list[CaseDraft] = field(default_factory=list)
    updates: list[UpdateDraft] = field(default_factory=list)
    events: list[EventDraft] = field(default_factory=list)
    petitions: list[PetitionDraft] = field(default_factory=list)
    campaigns: list[CampaignDraft] = field(default_factory=list)
    actions: list[ActionDraft] = field(default_factory=list)
    places: dict[tuple[str, str], "_Place"] = field(default_factory=dict)
    """Where each table stands, by what it is and its slug."""
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    @property
    def drafts(self) -> Drafts:
        return Drafts(self.cases, self.updates, self.events, self.petitions, self.campaigns, self.actions)


@dataclass(frozen=True, slots=True)
class _Place:
    file: Path
    at: toml.Path
    lines: toml.Positions

    def fault(self, field: str, said: str) -> Fault:
        return Fault(self.file, self.lines.line((*self.at, field)), field, said)


async def apply(files: Iterable[Opened], library: Library, *, by: str, dry_run: bool = False, confirm: bool = False) -> Changes:
    """Bring the files in, or with `dry_run` only tell what that would change. Nothing is sent.

    Raises Refused, with nothing changed, when anything in any file is wrong.
    """
    content = read(files, library.source_locale, await library.known())
    if content.faults:
        raise Refused(content.faults)
    try:
        changes = await library.apply(content.drafts, by=by, dry_run=dry_run, confirm=confirm)
    except Withheld as withheld:
        found = [content.places[withheld.what, slug].fault(field, said) for slug, field, said in withheld.found]
        raise Refused(found) from None
    return replace(changes, notes=tuple(map(str, [*content.notes, *_without_signatures(content, changes)])))


def _without_signatures(content: Content, changes: Changes) -> Iterator[Fault]:
    """Of each petition that people may have signed where it was exported."""
    new = {change.slug for change in changes.made if change.what == "petition" and change.new}
    for petition in content.petitions:
        if petition.exported and petition.slug in new and petition.status not in {None, PetitionStatus.DRAFT}:
            said = f"is {petition.status}, but nobody has signed it here: signatures come with the database, not with a file."
            yield content.places["petition", petition.slug].fault("status", said)


def read(files: Iterable[Opened], source_locale: str, known: Known = NOTHING) -> Content:
    """With everything that is wrong with the files, in their order.

    `known` are the slugs of each kind of table that others may name although no file here has them.
    """
    reading = _Reading(source_locale)
    for file in files:
        reading.read(file)
    reading.look_across(known)
    reading.sort_faults()
    return reading.content


class _Reading:
    def __init__(self, source_locale: str) -> None:
        self.content = Content()
        self._source = source_locale
        self._first_seen: dict[tuple[str, str], tuple[Path, int]] = {}
        self._named: list[tuple[str, str, Fault]] = []
        self._exported = False

    def read(self, file: Opened) -> None:
        if file.fault:
            self._fault(file.name, 1, "", file.fault)
            return
        try:
            data = tomllib.loads(file.text)
        except tomllib.TOMLDecodeError as error:
            self.content.faults.append(_not_toml(file, str(error)))
        else:
            self._exported = data.get(EXPORTED, False)
            self._read_tables(file.name, data, toml.positions(file.text))

    def look_across(self, known: Known) -> None:
        """What only shows once all files were read."""
        for what, slug, fault in self._named:
            if (what, slug) not in self._first_seen and slug not in known.get(what, ()):
                self.content.faults.append(fault)

    def sort_faults(self) -> None:
        """In the order of the files, then of their lines."""
        order = {fault.file: number for number, fault in reversed(list(enumerate(self.content.faults)))}
        self.content.faults.sort(key=lambda fault: (order[fault.file], fault.line))

    def _read_tables(self, file: Path, data: dict[str, Any], lines: toml.Positions) -> None:
        if data.pop(EXPORTED, True) is not True:
            self._fault(
                file, lines.line((EXPORTED,)), EXPORTED, f"is for what an export wrote; write {EXPORTED} = true, or leave it out."
            )
        for name, tables in data.items():
            table = TABLES.get(name)
            if table is None:
                self._fault(file, _first_line(lines, name), "", _unknown(name))
            elif not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
                self._fault(file, lines.line((name,)), "", f"write [[{name}]] with two brackets, once for each {name}.")
            else:
                for index, entry in enumerate(tables):
                    self._read_entry(file, table, (name, index), entry, lines)

    def _read_entry(self, file: Path, table: type[Table], at: toml.Path, entry: dict[str, Any], lines: toml.Positions) -> None:
        slug = entry.get("slug")
        if isinstance(slug, str):
            self._note_slug(file, str(at[0]), slug, lines.line((*at, "slug")))
        for key, what, named in _named(entry):
            said = f"there is no {what} {named!r}; add it, or mend the slug."
            self._named.append((what, named, Fault(file, lines.line((*at, key)), key, said)))
        try:
            self._take(table.model_validate(entry), _Place(file, at, lines))
        except ValidationError as error:
            for found in error.errors():
                path = tuple(part for part in found["loc"] if part != "[key]")
                self._fault(file, lines.line((*at, *path)), ".".join(map(str, path)), sentence(found, table))
        self._check_texts(file, at, entry, lines)

    def _check_texts(self, file: Path, at: toml.Path, entry: dict[str, Any], lines: toml.Positions) -> None:
        for name in LIMITS.keys() & entry.keys():
            if isinstance(entry[name], dict):
                texts = dict(_texts(entry[name]))
                rule = rule_of(str(at[0]), name)
                for locale, line, said in text_faults(rule, texts, self._source):
                    path, where = _where(at, name, locale, texts)
                    self._fault(file, lines.line_in_text(path, line), where, said)
                self._note_dropped(file, at, name, rule, texts, lines)

    def _note_dropped(
        self, file: Path, at: toml.Path, name: str, rule: str, texts: dict[str, Written], lines: toml.Positions
    ) -> None:
        source = plain(texts.get(self._source, ""))
        for locale, text in texts.items():
            if note := note_on(rule, source, plain(text)):
                path, where = _where(at, name, locale, texts)
                self.content.notes.append(Fault(file, lines.line(path), where, note))

    def _take(self, table: Table, place: _Place) -> None:
        content = self.content
        match table:
            case CaseTable():
                content.cases.append(case_draft(table))
            case UpdateTable():
                content.updates.append(update_draft(table))
            case EventTable():
                self._keep(content.events, event_draft(table, exported=self._exported), event_faults, place)
            case PetitionTable():
                self._keep(content.petitions, petition_draft(table, exported=self._exported), petition_faults, place)
            case CampaignTable():
                self._keep(content.campaigns, campaign_draft(table), campaign_faults, place)
            case ActionTable():
                self._keep(content.actions, action_draft(table), action_faults, place)

    def _keep(
        self, drafts: list[Draft], draft: Draft, faults: Callable[[Draft], Iterable[tuple[str, str]]], place: _Place
    ) -> None:
        """With where it stands, and what is wrong with it as a whole."""
        drafts.append(draft)
        self.content.places[str(place.at[0]), draft.slug] = place
        self.content.faults += [place.fault(field, said) for field, said in faults(draft)]

    def _note_slug(self, file: Path, what: str, slug: str, line: int) -> None:
        before = self._first_seen.setdefault((what, slug), (file, line))
        if before != (file, line):
            self._fault(file, line, "slug", f"{slug!r} is the slug of another {what} already, at {before[0]}:{before[1]}.")

    def _fault(self, file: Path, line: int, where: str, said: str) -> None:
        self.content.faults.append(Fault(file, line, where, said))


def _not_toml(file: Opened, error: str) -> Fault:
    found = _TOML_ERROR.fullmatch(error)
    line = found["line"] if found else None
    said = found["said"] if found else error
    return Fault(file.name, int(line) if line else file.text.count("\n") + 1, "", f"is not TOML: {said[:1].lower()}{said[1:]}.")


def _first_line(lines: toml.Positions, name: str) -> int:
    return lines.lines.get((name, 0)) or lines.line((name,))


def _unknown(name: str) -> str:
    *others, last = (f"[[{table}]]" for table in TABLES)
    return f"{name} is not known; a content file holds {', '.join(others)} and {last} tables."


def _named(entry: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The fields that name other tables, with what those are and their slugs."""
    for key, what in REFERENCES.items():
        if isinstance(entry.get(key), str):
            yield key, what, entry[key]
    for key, what in LISTS.items():
        if isinstance(entry.get(key), list):
            yield from ((key, what, slug) for slug in entry[key] if isinstance(slug, str))


def _where(at: toml.Path, name: str, locale: str | None, texts: dict[str, Written]) -> tuple[toml.Path, str]:
    """Where a text, or all languages of a field, stand in the file, and what an editor calls that."""
    if locale is None:
        return (*at, name), name
    path = (*at, name, locale)
    return ((*path, DRAFT) if isinstance(texts[locale], Unreviewed) else path), f"{name}.{locale}"


def _texts(languages: dict[str, Any]) -> Iterator[tuple[str, Written]]:
    """Those that can be understood."""
    for locale, value in languages.items():
        try:
            yield locale, written(value)
        except ValueError:  # said already, by the schema
            continue
