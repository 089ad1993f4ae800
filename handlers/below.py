"""The buttons below what is sent to many, for whoever composes it and does not know the conversation."""

from bot.supporters.answers import Answer
from handlers.actions import (
    AnswerEvent,
    AskLater,
    DeclineEvent,
    GetCalendar,
    OpenAction,
    OpenCase,
    OpenEvent,
    OpenPetition,
    OpenReminders,
    OpenWay,
    Share,
    StopFollowing,
    StopHearingOfPetition,
)


class AlertActions:
    """Below an alert."""

    def open_case(self, case_id: int) -> str:
        return OpenCase(case_id=case_id, from_alert=True).pack()

    def open_petition(self, petition_id: int) -> str:
        return OpenPetition(petition_id=petition_id, below=True).pack()

    def stop_following(self, case_id: int) -> str:
        return StopFollowing(case_id=case_id, from_alert=True).pack()


class EventActions:
    """Below what is about an event."""

    def open_event(self, event_id: int) -> str:
        return OpenEvent(event_id=event_id, below=True).pack()

    def open_case(self, case_id: int) -> str:
        return OpenCase(case_id=case_id, from_alert=True).pack()

    def answer(self, event_id: int, answer: Answer, *, below: bool = False) -> str:
        if answer is Answer.DECLINED:
            return DeclineEvent(event_id=event_id, below=below).pack()
        return AnswerEvent(event_id=event_id, answer=answer, below=below).pack()

    def reminders(self, event_id: int) -> str:
        return OpenReminders(event_id=event_id).pack()

    def way(self, event_id: int, *, below: bool = False) -> str:
        return OpenWay(event_id=event_id, below=below).pack()

    def calendar(self, event_id: int) -> str:
        return GetCalendar(event_id=event_id).pack()

    def share(self, event_id: int) -> str:
        return Share(kind="event", id=event_id).pack()


class PetitionActions:
    """Below what is about a petition."""

    def open_petition(self, petition_id: int) -> str:
        return OpenPetition(petition_id=petition_id, below=True).pack()

    def open_case(self, case_id: int) -> str:
        return OpenCase(case_id=case_id, from_alert=True).pack()

    def stop_news(self, petition_id: int) -> str:
        return StopHearingOfPetition(petition_id=petition_id, below=True).pack()


class CallActions:
    """Below a call to an action."""

    def open_action(self, action_id: int) -> str:
        return OpenAction(action_id=action_id, below=True).pack()

    def ask_later(self, action_id: int) -> str:
        return AskLater(action_id=action_id, below=True).pack()
