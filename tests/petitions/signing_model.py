"""What petitions, their signatures and their logs must be after everything that happened to them: plain Python, no database."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.clock import next_hour, to_the_hour
from bot.petitions.entries import EntryKind
from bot.petitions.models import Ask, BurstState, CommentState, Standing
from bot.petitions.views import Answers, Reply, Signer

LIMIT = 2
"""Signatures of one link within ten minutes that count."""


@dataclass
class Signature:
    entry: int
    number: int
    signed_at: datetime
    answers: Answers
    show_name: bool
    pass_on: bool
    comment: CommentState
    standing: Standing
    burst: int | None
    """Its number among those of the petition."""
    source: str


@dataclass
class Burst:
    source: str
    ended_at: datetime
    state: BurstState = BurstState.OPEN


@dataclass
class Model:
    """Of one petition."""

    slug: str
    asks: tuple[Ask, ...]
    needs: tuple[Ask, ...]
    over_at: datetime | None = None
    """When its last day ends, and what was said is no longer kept."""
    open: bool = True
    made: int = 0
    signatures: dict[int, Signature] = field(default_factory=dict)
    """By the signer's Telegram id."""
    log: list[tuple[EntryKind, int | None]] = field(default_factory=list)
    pulses: dict[tuple[str, datetime], int] = field(default_factory=dict)
    bursts: list[Burst] = field(default_factory=list)

    @property
    def counted(self) -> int:
        return len(self._counted())

    def sign(self, signer: Signer, said: Answers, show_name: bool, pass_on: bool, now: datetime) -> Reply:
        if signer.telegram_id in self.signatures:
            return Reply.ALREADY
        if not self._can_be_signed(now):
            return Reply.CLOSED
        answers = self._asked(said)
        if not self._is_complete(answers):
            return Reply.INCOMPLETE
        burst = self._burst(signer.source or "", now)
        self.made += 1
        standing = Standing.COUNTED if burst is None else Standing.SET_ASIDE
        comment = CommentState.NONE if answers.comment is None else CommentState.WAITING
        consents = self._consents(answers, show_name, pass_on)
        entry = self._enter(EntryKind.SIGNED)
        self.signatures[signer.telegram_id] = Signature(
            entry, self.made, to_the_hour(now), answers, *consents, comment, standing, burst, signer.source or ""
        )
        if burst is not None:
            self._enter(EntryKind.SET_ASIDE, entry)
        return Reply.DONE

    def change(self, signer: Signer, said: Answers, show_name: bool, pass_on: bool, now: datetime) -> Reply:
        mine = self.signatures.get(signer.telegram_id)
        if mine is None:
            return Reply.NOT_SIGNED
        answers = self._asked(said)
        if not self._can_be_signed(now):
            added = any(getattr(answers, ask) not in {None, getattr(mine.answers, ask)} for ask in Ask)
            if added or show_name > mine.show_name or pass_on > mine.pass_on:
                return Reply.CLOSED
        elif not self._is_complete(answers):
            return Reply.INCOMPLETE
        seen = (mine.answers.comment, mine.answers.name if mine.show_name else None)
        answers = mine.answers = Answers() if self._is_over(now) else answers
        mine.show_name, mine.pass_on = self._consents(answers, show_name, pass_on)
        if answers.comment is None:
            mine.comment = CommentState.NONE
        elif seen != (answers.comment, answers.name if mine.show_name else None):
            mine.comment = CommentState.WAITING
        return Reply.DONE

    def withdraw(self, signer: Signer) -> Reply:
        mine = self.signatures.pop(signer.telegram_id, None)
        if mine is None:
            return Reply.NOT_SIGNED
        self._give_back(mine)
        self._enter(EntryKind.WITHDRAWN, mine.entry)
        return Reply.DONE

    def decide_comments(self, decided: CommentState) -> list[tuple[str | None, str | None]]:
        """What staff read: the name where it is shown, and the comment."""
        waiting = [each for each in self._counted() if each.comment is CommentState.WAITING]
        for each in waiting:
            each.comment = decided
        return [(each.answers.name if each.show_name else None, each.answers.comment) for each in waiting]

    def delete_answers(self, now: datetime) -> None:
        for each in self.signatures.values() if self._is_over(now) else ():
            each.answers, each.show_name, each.pass_on, each.comment = Answers(), False, False, CommentState.NONE

    def handed_over(self) -> list[Answers]:
        """What those who agreed to it pass on; a comment once it is shown."""
        passed_on = [
            each.answers if each.comment is CommentState.SHOWN else replace(each.answers, comment=None)
            for each in self._counted()
            if each.pass_on
        ]
        return [each for each in passed_on if each != Answers()]

    def exclude(self, burst: int) -> bool:
        """False for one that was released: its signatures stay counted."""
        if self.bursts[burst].state is BurstState.RELEASED:
            return False
        self.bursts[burst].state = BurstState.EXCLUDED
        return True

    def release(self, burst: int) -> None:
        self.bursts[burst].state = BurstState.RELEASED
        left = [each for each in self.signatures.values() if each.burst == burst and each.standing is Standing.SET_ASIDE]
        for signature in sorted(left, key=lambda each: each.entry):
            signature.standing = Standing.COUNTED
            self._enter(EntryKind.RELEASED, signature.entry)

    def _counted(self) -> list[Signature]:
        """In the order of their numbers."""
        counted = (each for each in self.signatures.values() if each.standing is Standing.COUNTED)
        return sorted(counted, key=lambda each: each.number)

    def _is_over(self, now: datetime) -> bool:
        return self.over_at is not None and now >= self.over_at

    def _can_be_signed(self, now: datetime) -> bool:
        return self.open and not self._is_over(now)

    def _give_back(self, mine: Signature) -> None:
        hour = mine.signed_at, mine.signed_at + timedelta(hours=1)
        found = [
            (since, of)
            for (of, since), count in self.pulses.items()
            if of == mine.source and count and hour[0] <= since < hour[1]
        ]
        if mine.burst is None and found:
            since, of = max(found)
            self.pulses[of, since] -= 1

    def _burst(self, source: str, now: datetime) -> int | None:
        span = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
        day = timedelta(days=1)
        so_far = self.pulses.get((source, span), 0)
        released = any(
            each.state is BurstState.RELEASED and each.source == source and each.ended_at > span - day for each in self.bursts
        )
        usual = sum(count for (of, since), count in self.pulses.items() if of == source and span - day <= since < span) / 144
        if so_far >= max(LIMIT, usual * 5) and not released:
            for number, burst in enumerate(self.bursts):
                if burst.source == source and burst.state is BurstState.OPEN and burst.ended_at >= span:
                    burst.ended_at = next_hour(span + timedelta(minutes=10))
                    return number
            self.bursts.append(Burst(source, next_hour(span + timedelta(minutes=10))))
            return len(self.bursts) - 1
        self.pulses[source, span] = so_far + 1
        return None

    def _asked(self, said: Answers) -> Answers:
        return replace(said, **{ask: None for ask in Ask if ask not in self.asks})

    def _is_complete(self, answers: Answers) -> bool:
        return all(getattr(answers, ask) is not None for ask in self.needs)

    def _consents(self, answers: Answers, show_name: bool, pass_on: bool) -> tuple[bool, bool]:
        return show_name and answers.name is not None, pass_on and answers != Answers()

    def _enter(self, kind: EntryKind, about: int | None = None) -> int:
        self.log.append((kind, about))
        return len(self.log) - 1


def counted_from(log: list[tuple[EntryKind, int | None]]) -> int:
    """What anybody makes of what is published: signed, less those that are set aside or gone."""
    counts: dict[int | None, bool] = {}
    for number, (kind, about) in enumerate(log):
        if kind is EntryKind.SIGNED:
            counts[number] = True
        elif kind is EntryKind.WITHDRAWN:
            del counts[about]
        else:
            counts[about] = kind is EntryKind.RELEASED
    return sum(counts.values())


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()
