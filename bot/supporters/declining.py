"""A no is to a date: once the event has another, who said it is as somebody who has not answered.

While it has no date the no stands. So does it again where the event goes back to the date it was said to.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, null

from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow


def is_void(answer: Answer | None, declined_date: datetime | None, starts_at: datetime | None) -> bool:
    return answer is Answer.DECLINED and starts_at is not None and starts_at != declined_date


def void_for(starts_at: SQLColumnExpression[datetime | None] | datetime) -> ColumnElement[bool]:
    """The same in SQL. Give a column of which it is known that it has a date."""
    return and_(AttendanceRow.answer == Answer.DECLINED, AttendanceRow.declined_date.is_distinct_from(starts_at))


def answer_for(starts_at: SQLColumnExpression[datetime | None]) -> ColumnElement[Answer | None]:
    """What somebody answered to the event that begins then; empty where their no is void."""
    return case((and_(starts_at.is_not(None), void_for(starts_at)), null()), else_=AttendanceRow.answer)
