"""Who wants what, and who is owed what, as somebody would keep it on paper: what the state machine is held to."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.delivery.account import Account
from bot.delivery.transport import Payload
from tests.announcements.people import chat_of
from tests.delivery.transports import DELETED, Asked

PEOPLE = range(1, 6)
UPDATES = ("a", "b", "c")


def text_of(update: str, version: int) -> Payload:
    return Payload("en", json.dumps({"text": update, "version": version}).encode())


def person_of(asked: Asked) -> int:
    return asked.telegram_id - chat_of(0)


def update_of(asked: Asked) -> str:
    return str(json.loads(asked.payload.body)["text"])


@dataclass
class Owed:
    """What one person may get of one broadcast."""

    sure: bool = True
    """Nothing happened since the launch that would spare them the message: it must arrive."""
    doubts: int = 0
    """Crashes and lost replies so far: without one there is no copy."""
    retries: int = 0
    """How often somebody decided that the uncertain get it once more."""

    @property
    def most(self) -> int:
        return (2 if self.doubts else 1) + self.retries


@dataclass
class Paper:
    subscribed: set[int] = field(default_factory=lambda: set(PEOPLE))
    following: set[int] = field(default_factory=lambda: set(PEOPLE))
    unreachable: set[int] = field(default_factory=set)
    """Who blocked the bot on their phone, without our knowing."""
    owed: dict[str, dict[int, Owed]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Of what nothing may be sent: paused or cancelled."""
    version: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UPDATES, 1))
    recalled: set[str] = field(default_factory=set)
    uneditable: set[int] = field(default_factory=set)
    """Whose messages may stay as they were: they blocked the bot, were erased, or an answer about an edit was lost."""

    @property
    def wanting(self) -> set[int]:
        return self.subscribed & self.following

    # What happens

    def launched(self, update: str, known_to_block: set[int]) -> None:
        """Again, it is for those it was for."""
        self.silent.discard(update)
        if update not in self.owed:
            audience = self.wanting - known_to_block
            self.owed[update] = {person: Owed(sure=person not in self.unreachable) for person in audience}

    def silenced(self, update: str) -> None:
        """For good: nobody need get it any more."""
        self.silent.add(update)
        for owed in self.owed[update].values():
            owed.sure = False

    def retried(self, update: str) -> None:
        for owed in self.owed[update].values():
            owed.retries += 1

    def spare(self, person: int) -> None:
        for audience in self.owed.values():
            if person in audience:
                audience[person].sure = False

    def stopped(self, person: int) -> None:
        self.subscribed.discard(person)
        self.spare(person)

    def forgotten(self, person: int) -> None:
        self.stopped(person)
        self.following.discard(person)
        self.uneditable.add(person)

    def unfollowed(self, person: int) -> None:
        self.following.discard(person)
        self.spare(person)

    def came_back(self, person: int) -> None:
        self.unreachable.discard(person)
        self.subscribed.add(person)
        self.following.add(person)

    def blocked(self, person: int) -> None:
        self.unreachable.add(person)
        self.uneditable.add(person)
        self.spare(person)

    def doubt(self, asked: Asked) -> None:
        """The answer to this was lost."""
        if asked.edits is None:
            self.owed[update_of(asked)][person_of(asked)].doubts += 1
        else:
            self.uneditable.add(person_of(asked))

    def doubt_everything(self) -> None:
        for audience in self.owed.values():
            for owed in audience.values():
                owed.doubts += 1

    # What must be so

    def look_at_send(self, asked: Asked) -> None:
        """No send began after a stop was committed, nor to anybody who is not in the audience."""
        if asked.edits is not None:
            return
        person, update = person_of(asked), update_of(asked)
        assert person in self.owed[update], f"{person} is not in the audience of {update}"
        assert update not in self.silent, f"{update} was paused or cancelled before this was sent"
        assert person in self.wanting, f"{person} had stopped before this was sent"

    def look_at_account(self, update: str, account: Account, got: Counter[int]) -> None:
        """In the end everybody got what they are owed, and the ledger says of each what was so."""
        for person, owed in self.owed[update].items():
            assert got[person] <= owed.most, f"{person} got {update} {got[person]} times"
            assert got[person] or not owed.sure or owed.doubts, f"{person} never got {update}"
        missing = sum(1 for person, owed in self.owed[update].items() if owed.sure and not got[person])
        assert missing <= account.uncertain
        assert account.sent <= len(got)
        assert sum(copies > 1 for copies in got.values()) <= account.repeated

    def look_at_message(self, person: int, update: str, shown: bytes | None) -> None:
        """It says what was written last, or is gone."""
        last = DELETED if update in self.recalled else text_of(update, self.version[update])
        assert person in self.uneditable or shown == last.body, f"{person} still sees an old {update}"


def copies(sends: Iterable[Asked]) -> dict[str, Counter[int]]:
    """Of each update, how many everybody got."""
    got: dict[str, Counter[int]] = defaultdict(Counter)
    for asked in sends:
        if asked.edits is None:
            got[update_of(asked)][person_of(asked)] += 1
    return got
