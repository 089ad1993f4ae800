"""Where a conversation stands, kept in the database so that a restart does not lose a person's step."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import LargeBinary, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import Clock, to_the_hour
from bot.storage.database import Database
from bot.storage.vault import Cell, Vault
from bot.telegram.models import ConversationRow

KEPT_FOR = timedelta(days=7)
"""How long a question waits for its answer."""

_STATE = select(ConversationRow.state).where(ConversationRow.tag == bindparam("tag", type_=LargeBinary))


class ConversationStorage(BaseStorage):
    """aiogram's storage on our tables: who is talking is a blind index, what they answered is sealed."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        if name is None:
            await self._delete(key)
        else:
            await self._put(key, state=name)

    async def get_state(self, key: StorageKey) -> str | None:
        tag = self._tag(key)
        state: str | None = await self._database.look_up(lambda connection: connection.scalar(_STATE, {"tag": tag}))
        return state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        tag = self._tag(key)
        if not data:
            await self._drop_answers(tag)
            return
        await self._put(key, answers=self._vault.seal(json.dumps(dict(data)).encode(), _cell(tag)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        tag = self._tag(key)
        async with self._database.read() as session:
            sealed = await session.scalar(select(ConversationRow.answers).where(ConversationRow.tag == tag))
        return json.loads(self._vault.open(sealed, _cell(tag))) if sealed else {}

    async def close(self) -> None:
        """Nothing to close: the database belongs to the application."""

    async def purge(self) -> None:
        """Forget questions nobody answered."""
        old = ConversationRow.touched_at < self._clock.now() - KEPT_FOR
        async with self._database.write() as session:
            await session.execute(delete(ConversationRow).where(old))

    def _tag(self, key: StorageKey) -> bytes:
        return self._vault.tag("conversations", f"{key.chat_id}:{key.user_id}:{key.destiny}".encode())

    async def _put(self, key: StorageKey, **values: Any) -> None:
        values["touched_at"] = to_the_hour(self._clock.now())
        dialect = sqlite if self._database.is_sqlite else postgresql
        row = dialect.insert(ConversationRow).values(tag=self._tag(key), **values)
        async with self._database.write() as session:
            await session.execute(row.on_conflict_do_update(index_elements=["tag"], set_=values))

    async def _drop_answers(self, tag: bytes) -> None:
        """Without a step there is then nothing left to keep."""
        ours = ConversationRow.tag == tag
        async with self._database.write() as session:
            await session.execute(delete(ConversationRow).where(ours, ConversationRow.state.is_(None)))
            await session.execute(update(ConversationRow).where(ours).values(answers=None))

    async def _delete(self, key: StorageKey) -> None:
        async with self._database.write() as session:
            await session.execute(delete(ConversationRow).where(ConversationRow.tag == self._tag(key)))


def _cell(tag: bytes) -> Cell:
    return Cell("conversations", "answers", tag)
