"""What is sent, encoded once for all who read alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.delivery.claimed import Claimed, Profile
from bot.delivery.jobs import Job
from bot.delivery.transport import Payload
from bot.errors import NidaError
from bot.language import Digits, Reader

Composer = Callable[[dict[str, Any], Reader], Payload]
"""Makes a broadcast's frozen content into the message one reader gets."""

MOST_KEPT = 2000
"""Payloads kept for one broadcast: readers differ in language, region, digits, time zone, calendar: some hundred ways."""


class Unwritable(NidaError):
    """A broadcast's content cannot be made into a message."""


class Payloads:
    def __init__(self, composer: Composer, default_timezone: str) -> None:
        self._composer = composer
        self._default_timezone = default_timezone
        self._jobs: dict[int, Job] = {}
        self._made: dict[int, dict[tuple[Profile, int], Payload]] = {}

    def prepare(self, job: Job) -> None:
        """Know what is sent before a row of it is; of a new version what was made of the old one is forgotten."""
        if self._jobs.get(job.id) is not job:
            self._jobs[job.id] = job
            self._made[job.id] = {}

    def payload_for(self, row: Claimed) -> Payload:
        """Raises Unwritable; after `prepare`."""
        job = self._jobs[row.broadcast_id]
        row.version = job.version
        if row.gathered is not None:
            return self._compose(row.gathered, row.profile)
        return self._in_version(job, job.version, job.content, row.profile)

    def has_already(self, row: Claimed, payload: Payload) -> bool:
        """Whether the message somebody has says, in its language, what the corrected one says."""
        job = self._jobs[row.broadcast_id]
        if row.copy is None or row.copy.locale != payload.locale:
            return False
        if row.copy.carrier:
            return row.copy.had is not None and self._compose(row.copy.had, row.profile).body == payload.body
        had = job.had(row.copy.version)
        return had is not None and self._in_version(job, row.copy.version, had, row.profile).body == payload.body

    def emptied(self, row: Claimed) -> Payload:
        """The line that is left of what is recalled."""
        job = self._jobs[row.broadcast_id]
        return self._in_version(job, job.version, job.content, row.profile)

    def may_be_deleted(self, row: Claimed, now: datetime) -> bool:
        """Whether the message that is recalled can be young enough for Telegram to delete it."""
        return now < datetime.fromisoformat(self._jobs[row.broadcast_id].content["deletable_until"])

    def _in_version(self, job: Job, version: int, content: dict[str, Any], profile: Profile) -> Payload:
        made = self._made[job.id]
        found = made.get((profile, version))
        if found is None:
            if len(made) >= MOST_KEPT:
                made.clear()
            found = made[profile, version] = self._compose(content, profile)
        return found

    def forget(self, broadcast_id: int) -> None:
        self._jobs.pop(broadcast_id, None)
        self._made.pop(broadcast_id, None)

    def _compose(self, content: dict[str, Any], profile: Profile) -> Payload:
        locale, region, digits, timezone, hijri = profile
        reader = Reader(locale, region, Digits(digits), timezone or self._default_timezone, bool(hijri))
        try:
            return self._composer(content, reader)
        except (NidaError, LookupError, ValueError, TypeError) as error:
            raise Unwritable(f"The message cannot be written in {locale}: {error}") from error
