"""Buttons below a message, laid out for the direction the reader reads in."""

from dataclasses import dataclass

from bot.language.builder import Words
from bot.language.marks import utf16_length
from bot.language.text import Label

DATA_LIMIT = 64
"""Bytes of a button's data, as Telegram counts them."""
COPY_LIMIT = 256
"""UTF-16 units of what a button copies."""

Json = dict[str, str | dict[str, str]]
Markup = dict[str, list[list[Json]]]


@dataclass(frozen=True, slots=True)
class Button:
    """A label that leads to an action of the conversation (`data`) or to an address (`url`), or puts a text into the clipboard
    (`copy`)."""

    label: Label
    data: str | None = None
    url: str | None = None
    copy: str | None = None

    def __post_init__(self) -> None:
        if [self.data, self.url, self.copy].count(None) != 2:
            raise ValueError("a button has either data or an address or a text to copy")
        if self.copy is not None and not 0 < utf16_length(self.copy) <= COPY_LIMIT:
            raise ValueError(f"a button copies 1 to {COPY_LIMIT} letters")
        if self.data is not None and len(self.data.encode()) > DATA_LIMIT:
            raise ValueError(f"the data of a button holds at most {DATA_LIMIT} bytes")

    def as_json(self) -> Json:
        if self.copy is not None:
            return {"text": self.label.text, "copy_text": {"text": self.copy}}
        target = {"url": self.url} if self.url is not None else {"callback_data": self.data or ""}
        return {"text": self.label.text, **target}


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of buttons, in reading order."""

    rows: tuple[tuple[Button, ...], ...]
    rtl: bool

    def markup(self) -> Markup:
        """As Telegram takes it. It does not mirror rows itself, so a row for a right-to-left reader is reversed here."""
        order = -1 if self.rtl else 1
        return {"inline_keyboard": [[button.as_json() for button in row[::order]] for row in self.rows]}


Row = Button | tuple[Button | None, ...] | None


def keyboard(words: Words, *rows: Row) -> Keyboard:
    """Buttons for the reader of these words: a row may be one button, and what is None is left out."""
    filled = [tuple(button for button in _as_row(row) if button is not None) for row in rows]
    return Keyboard(tuple(row for row in filled if row), words.reader.rtl)


def _as_row(row: Row) -> tuple[Button | None, ...]:
    return row if isinstance(row, tuple) else (row,)
