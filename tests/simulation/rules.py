"""What must hold at every moment, whatever happens. Counting at the end alone did not catch planted faults; these do."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NoReturn

from tests.simulation.storage import CASE

MOST_COPIES: Final = 2
WHOSE: Final = """COALESCE(
    (SELECT person FROM erased_as e WHERE e.broadcast_id = d.broadcast_id AND e.number = d.supporter_id), d.supporter_id
)"""
_NOW_OWED = f"""
    SELECT d.broadcast_id, d.state, d.owner, d.attempts, d.leased_until, b.state,
        s.id, s.stopped_at, s.paused_until, s.consented_at,
        EXISTS (SELECT 1 FROM followings f WHERE f.supporter_id = s.id AND f.case_id = {CASE})
    FROM broadcasts b JOIN deliveries d ON d.broadcast_id = b.id LEFT JOIN supporters s ON s.id = d.supporter_id
    WHERE b.subject = ? AND {WHOSE} = ?
"""  # noqa: S608
Row = tuple[int, int]
"""Of the ledger: its broadcast, and whose it is or was."""


class Broken(AssertionError):
    """A rule was broken. `rule` is its name."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(rule, detail)  # as it was given, or it would not come back from the process that played the seed
        self.rule = rule

    def __str__(self) -> str:
        return ": ".join(self.args)


def broken(rule: str, detail: str) -> NoReturn:
    raise Broken(rule, detail)


@dataclass(frozen=True)
class Sender:
    """Who sends, as the rules see it."""

    name: str
    owner: int
    window: int
    monotonic: float
    wall: str
    server: str
    shared: bool


@dataclass
class Begun:
    """One send that was begun."""

    by: Sender
    attempt: int
    answer: str = "none yet"
    excused: bool = False
    """It may have arrived without the ledger knowing, through no fault of ours: a crash, a lost answer, a stall."""


@dataclass
class Rules:
    database: sqlite3.Connection
    begun: dict[Row, list[Begun]] = field(default_factory=dict)
    arrived: Counter[Row] = field(default_factory=Counter)
    in_air: Counter[str] = field(default_factory=Counter)
    silent_until: dict[str, float] = field(default_factory=dict)
    taken: int = 0
    doubtful: int = 0
    in_doubt_at_crashes: int = 0
    sends: int = 0

    def send_begins(self, sender: Sender, subject: str, person: int) -> Row:
        self.sends += 1
        found = self.database.execute(_NOW_OWED, [subject, person]).fetchone()
        if found is None:
            broken("only what is owed is sent", f"{subject} to {person}")
        broadcast_id, state, owner, attempts, leased_until, broadcast, *_ = found
        row = broadcast_id, person
        who = f"{subject} to {person} by {sender.name}"
        if state != "leased" or owner != sender.owner or (sender.shared and leased_until < sender.server):
            broken("send only while holding the lease", f"{who} of epoch {sender.owner}: {state} {owner} {leased_until}")
        if sender.shared and (sender.owner,) not in self.database.execute("SELECT epoch FROM installation"):
            broken("send only while holding the lane", f"{who} of epoch {sender.owner}")
        if broadcast != "sending":
            broken("no send starts after a committed pause", f"{who}: the broadcast is {broadcast}")
        self._may_receive(who, sender, found[6:])
        if self.silent_until.get(sender.name, -1.0) > sender.monotonic:
            broken("silence after a 429", f"{who} at {sender.monotonic}")
        self.in_air[sender.name] += 1
        if self.in_air[sender.name] > sender.window:
            broken("no more than the window in flight", f"{who}: {self.in_air[sender.name]}")
        self._has_a_reason(who, row, sender, attempts)
        return row

    def _may_receive(self, who: str, sender: Sender, person: tuple[object, ...]) -> None:
        supporter, stopped_at, paused_until, consented_at, follows = person
        if supporter is None:
            broken("no send starts after a committed erase", who)
        if stopped_at is not None or consented_at is None:
            broken("no send starts after a committed stop", who)
        if paused_until is not None and str(paused_until) > sender.wall:
            broken("no send starts after a committed pause", f"{who}: until {paused_until}, now {sender.wall}")
        if not follows:
            broken("no send starts after a committed stop", f"{who}: no longer follows")

    def _has_a_reason(self, who: str, row: Row, sender: Sender, attempts: int) -> None:
        before = self.begun.setdefault(row, [])
        counted = [each for each in before if each.answer in {"none yet", "doubtful", "accepted"}]
        if len(counted) >= MOST_COPIES or attempts > MOST_COPIES:
            broken("at most two sends by itself", f"{who}: attempt {attempts}")
        if attempts != len(counted) + 1 and attempts <= len(counted):
            broken("every send is counted", f"{who}: attempt {attempts} after {len(counted)}")
        for each in counted:
            if each.excused:
                continue
            if each.by.owner != sender.owner:
                each.excused = True
                self.taken += 1
            else:
                broken("a repeat has a reason", f"{who}: {each.answer} before")
        before.append(Begun(sender, attempts))

    def answered(self, sender: Sender, row: Row, answer: str, retry_after: float = 0.0) -> None:
        """`answer` is accepted, refused or doubtful. A retry_after silences the sender."""
        self.in_air[sender.name] -= 1
        for each in self.begun[row]:
            if each.by.name == sender.name and each.answer == "none yet":
                each.answer = answer
                if answer == "doubtful":
                    each.excused = True
                    self.doubtful += 1
        if retry_after:
            self.silent_until[sender.name] = max(self.silent_until.get(sender.name, 0.0), sender.monotonic + retry_after)

    def crashed(self, sender: Sender) -> None:
        """Also at an orderly end. What it had begun and not settled is in doubt from now on."""
        self.in_air.pop(sender.name, None)
        held = f"SELECT d.broadcast_id, {WHOSE} FROM deliveries d WHERE state = 'leased' AND owner = ?"  # noqa: S608
        leased = set(self.database.execute(held, [sender.owner]))
        doubts = 0
        for row in leased & self.begun.keys():
            for each in self.begun[row]:
                if each.by.name == sender.name and not each.excused and each.answer != "refused":
                    each.excused = True
                    doubts += 1
        if doubts > sender.window:
            broken("no more than the window in doubt", f"{sender.name}: {doubts}")
        self.in_doubt_at_crashes += doubts

    def ended(self, steady: set[int], launched: set[str]) -> None:
        """`steady`: people who changed nothing and were never refused. `launched`: what staff were told is launched."""
        rows = self.database.execute(
            f"SELECT d.broadcast_id, {WHOSE}, b.subject, d.supporter_id, d.state, d.attempts, d.leased_until, b.state"  # noqa: S608
            " FROM deliveries d JOIN broadcasts b ON b.id = d.broadcast_id"
        ).fetchall()
        for broadcast_id, person, subject, supporter, state, attempts, leased_until, broadcast in rows:
            what = f"{subject} to {supporter}: {state}"
            if state in {"pending", "leased"} or leased_until is not None:
                broken("everything comes to an end", what)
            if supporter in steady and state not in {"sent", "uncertain"} and (broadcast, state) != ("cancelled", "cancelled"):
                broken("nobody is lost", what)
            self._arrived_as_written(what, (broadcast_id, person), state, attempts)
        gone = "SELECT supporter_id FROM deliveries WHERE supporter_id > 0 AND supporter_id NOT IN (SELECT id FROM supporters)"
        if left := self.database.execute(gone).fetchall():
            broken("nothing leads to the erased", f"{left}")
        owed = Counter((subject, supporter) for _, _, subject, supporter, *_ in rows)
        cancelled = self.database.execute("SELECT subject FROM broadcasts WHERE state = 'cancelled'").fetchall()
        for subject in (launched | {subject for _, _, subject, *_ in rows}) - {subject for (subject,) in cancelled}:
            for person in steady:
                if owed[subject, person] != 1:
                    broken("nobody is lost", f"{owed[subject, person]} rows of {subject} for {person}")
        if self.copies > self.bound:
            broken("copies are bounded", f"{self.copies} > {self.bound}")

    def audience_is_frozen(self, newcomer: int, too_late: set[str]) -> None:
        theirs = "SELECT b.subject FROM deliveries d JOIN broadcasts b ON b.id = d.broadcast_id WHERE d.supporter_id = ?"
        if late := too_late & {subject for (subject,) in self.database.execute(theirs, [newcomer])}:
            broken("the audience is frozen at the launch", f"{late}")

    def _arrived_as_written(self, what: str, row: Row, state: str, attempts: int) -> None:
        arrived = self.arrived[row]
        if arrived > MOST_COPIES:
            broken("at most two copies", what)
        if state == "sent" and not arrived:
            broken("sent means sent", what)
        if arrived > max(attempts, len([each for each in self.begun.get(row, []) if each.answer != "refused"])):
            broken("every send is counted", f"{what}, {arrived} arrived, {attempts} attempts")

    @property
    def copies(self) -> int:
        return sum(count - 1 for count in self.arrived.values() if count > 1)

    @property
    def bound(self) -> int:
        return self.in_doubt_at_crashes + self.doubtful + self.taken
