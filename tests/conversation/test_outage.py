"""The database is away for a moment, at the first thing an update needs of it: nothing a person sent is lost."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.conversation.people import supporter
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("gone")), PoolTimeout("no connection is free")])
async def test_a_stop_sent_during_an_outage_is_honoured_after_it(world: TelegramWorld, nida: Nida, error: Exception) -> None:
    sam = await supporter(world)
    outages = [error]

    def away(_: Any, __: Any, statement: str, *rest: Any) -> None:
        if "FROM supporters" in statement and outages:
            raise outages.pop()

    engine = nida.app.services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", away)
    await sam.types("/stop")
    await sam.sees("Stopped. You will get no more messages from us.")
    assert outages == []
    assert not (await nida.app.services.supporters.recognise(sam.id, "en")).subscribed
