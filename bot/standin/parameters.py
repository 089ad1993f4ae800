"""What a method may be given. A method is a dataclass; each field's annotation says how its value is read.

The real server ignores a parameter that it does not know. Here that is refused: a misspelt name would otherwise pass
every test and do nothing in production.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from telegram import MessageEntity

from bot.standin.files import Upload
from bot.standin.keyboards import Keyboard, read_keyboard
from bot.standin.refusals import Refusal, bad_request

Given = Mapping[str, object]
Reader = Callable[[str, object], object]
_TRUE = frozenset({"true", "True", "1", "yes", "t", "y"})
_FALSE = frozenset({"false", "False", "0", "no", "f", "n", ""})


@dataclass(frozen=True, slots=True)
class Required:
    """What is said when the parameter is missing or empty."""

    complaint: str


@dataclass(frozen=True, slots=True)
class Reads:
    reader: Reader


def wrong_type(name: str, expected: str) -> Refusal:
    return bad_request(f'field "{name}" must be of type {expected}')


def read_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise wrong_type(name, "String")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return value


def read_number(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
        return int(value)
    raise wrong_type(name, "Number")


def read_flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _TRUE | _FALSE:
        return value in _TRUE
    raise wrong_type(name, "Boolean")


def read_chat(name: str, value: object) -> int:
    """A private chat's number. There are no public channels here, so that no @name can be found."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value:
            raise bad_request("chat_id is empty")
        if value.removeprefix("-").isdecimal() and value.isascii():
            return int(value)
        raise bad_request("chat not found")
    raise wrong_type(name, "Number")


def read_json(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found: object = json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None
    return found


def read_object(name: str, value: object) -> dict[str, object]:
    found = read_json(name, value)
    if not isinstance(found, dict):
        raise wrong_type(name, "Object")
    return found


def read_list(name: str, value: object) -> list[object]:
    found = read_json(name, value)
    if not isinstance(found, list):
        raise bad_request(f"expected an Array of {name}")
    return found


def read_numbers(name: str, value: object) -> list[int]:
    return [read_number(name, item) for item in read_list(name, value)]


def read_names(name: str, value: object) -> list[str]:
    return [read_text(name, item) for item in read_list(name, value)]


def read_entities(name: str, value: object) -> tuple[MessageEntity, ...]:
    entities = []
    for item in read_list(name, value):
        if not isinstance(item, dict) or not {"type", "offset", "length"} <= item.keys():
            raise bad_request("can't parse MessageEntity: Can't find field \"type\"")
        entities.append(MessageEntity.de_json(item, None))
    return tuple(entities)


def read_markup(_: str, value: object) -> Keyboard:
    return read_keyboard(value if isinstance(value, str) else json.dumps(value))


def read_upload(name: str, value: object) -> Upload | str:
    if isinstance(value, Upload | str):
        return value
    raise wrong_type(name, "InputFile")


def refuse_unmodelled(name: str, _: object) -> None:
    raise bad_request(f'the stand-in does not model "{name}"')


ChatId = Annotated[int, Reads(read_chat), Required("chat_id is empty")]
Object = Annotated[dict[str, object] | None, Reads(read_object)]
Entities = Annotated[tuple[MessageEntity, ...], Reads(read_entities)]
Markup = Annotated[Keyboard | None, Reads(read_markup)]
Names = Annotated[list[str] | None, Reads(read_names)]
Unmodelled = Annotated[None, Reads(refuse_unmodelled)]
"""A real parameter whose effect is not modelled: refused, so that no test rests on it."""
Ignored = Annotated[object, Reads(read_json)]
"""A real parameter that changes nothing of what a chat shows here."""

_PLAIN: dict[object, Reader] = {str: read_text, int: read_number, bool: read_flag}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parameter:
    read: Reader
    required: str | None


class Parameters:
    """The parameters of one method, in the order they were declared."""

    _known: ClassVar[dict[type, dict[str, Parameter]]] = {}

    @classmethod
    def of(cls, method: type) -> dict[str, Parameter]:
        if method not in cls._known:
            cls._known[method] = _declared(method)
        return cls._known[method]


def build(method: type[T], given: Given) -> T:
    """The method with its parameters read. Raises Refusal for an unknown, missing or ill-typed one."""
    declared = Parameters.of(method)
    values: dict[str, object] = {}
    for name, value in given.items():
        parameter = declared.get(name)
        if parameter is None:
            raise bad_request(f'unknown parameter "{name}"')
        if value is not None:
            values[name] = parameter.read(name, value)
    for name, parameter in declared.items():
        if parameter.required is not None and values.get(name, "") in ("", None):
            raise bad_request(parameter.required)
    return method(**values)


def _declared(method: type) -> dict[str, Parameter]:
    hints = get_type_hints(method, include_extras=True)
    return {
        field.name: _parameter(field.name, hints[field.name], field.default is MISSING)
        for field in fields(method)
        if field.init and field.default_factory is MISSING
    }


def _parameter(name: str, hint: object, needed: bool) -> Parameter:
    kind, notes = _taken_apart(hint)
    readers = [note.reader for note in notes if isinstance(note, Reads)]
    complaints = [note.complaint for note in notes if isinstance(note, Required)]
    complaint = complaints[-1] if complaints else f'parameter "{name}" is required'
    return Parameter(readers[0] if readers else _PLAIN[kind], complaint if needed else None)


def _taken_apart(hint: object) -> tuple[object, tuple[object, ...]]:
    notes: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *extra = get_args(hint)
        notes = tuple(extra)
    choices = [choice for choice in get_args(hint) if choice is not type(None)]
    return (choices[0] if len(choices) == 1 else hint), notes
