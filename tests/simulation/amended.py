"""What the messages say that people have, and what must hold of their corrections and recalls."""

import math
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from tests.simulation.broken import broken

_VERSION: Final = """
    SELECT version FROM broadcasts WHERE task = 'correct' AND subject LIKE 'correct:' || ? || ':%'
        AND json_extract(content, '$.source') = ?
"""
_DONE: Final = """
    SELECT b.task, o.subject, b.version, c.message_id FROM deliveries d
    JOIN broadcasts b ON b.id = d.broadcast_id JOIN broadcasts o ON o.id = b.original_id
    JOIN deliveries c ON c.broadcast_id = o.id AND c.supporter_id = d.supporter_id
    WHERE d.state = 'sent' AND b.version = o.version AND c.message_id IS NOT NULL
"""
"""Who was reached by the last amendment, and in which message."""


@dataclass
class Amended:
    database: sqlite3.Connection
    messages: int = 0
    """How many there are; each has its number."""
    shown: dict[int, dict[str, str]] = field(default_factory=dict)
    """Which text of each update a message says."""
    reached: dict[int, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    """Which version of each update a message showed when an edit of it was last accepted; of what was taken out, infinity."""
    in_doubt: set[int] = field(default_factory=set)
    """Messages about whose edits an answer was lost, or a refusal given."""
    editing: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: set[tuple[str, int]] = field(default_factory=set)

    def arrives(self, message: int, told: dict[str, str]) -> None:
        self.shown[message] = told

    def begins(self, who: str, sender: str, message: int, told: dict[str, str]) -> None:
        if message not in self.shown:
            broken("only what somebody has is edited", who)
        for subject, text in told.items():
            if self._version(subject, text) < self.reached[message].get(subject, 1):
                broken("nobody is edited to an older version", f"{who}: {text} of {subject} after {self.reached[message]}")
        taken_out = self.shown[message].keys() - told.keys()
        recalled = {subject for subject in taken_out if self._is_recalled(subject)}
        if taken_out != recalled and (told or not recalled):  # where the rest is refused, nothing of it is left
            broken("only what was recalled is taken out", f"{who}: {taken_out - recalled}")
        self.editing[sender].add(message)

    def answered(self, sender: str, message: int, told: dict[str, str], *, accepted: bool) -> None:
        self.editing[sender].discard(message)
        if accepted:
            versions = {subject: self._version(subject, told[subject]) for subject in told}
            self.reached[message] |= dict.fromkeys(self.shown[message].keys() - told.keys(), math.inf) | versions
        else:
            self.in_doubt.add(message)
            self.refused.add((sender, message))

    def empties_what_was_refused(self, sender: str, message: int, told: dict[str, str]) -> bool:
        """In the same flight as what was refused: the emptying asks nobody any more."""
        return not told and (sender, message) in self.refused

    def crashed(self, sender: str) -> None:
        self.in_doubt |= self.editing.pop(sender, set())

    def ended(self) -> None:
        for task, subject, version, message in self.database.execute(_DONE):
            if message in self.in_doubt or message not in self.shown:
                continue
            text = self.shown[message].get(subject)
            if (text is not None) if task == "recall" else (text is not None and self._version(subject, text) != version):
                broken("who is reached sees the last version", f"message {message}: {text} of {subject}, not {version}")

    def _version(self, subject: str, text: str) -> float:
        found = self.database.execute(_VERSION, [subject, text]).fetchone()
        return float(found[0]) if found else 1.0

    def _is_recalled(self, subject: str) -> bool:
        return self.database.execute("SELECT 1 FROM broadcasts WHERE subject = ?", [f"recall:{subject}"]).fetchone() is not None
