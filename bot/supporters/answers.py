"""What somebody answered to an event."""

from enum import StrEnum


class Answer(StrEnum):
    FOLLOWING = "following"  # wants to hear of it, said nothing about coming
    COMING = "coming"
    ONLINE = "online"
    WAITING = "waiting"  # wants to come when somebody gives their place up
    DECLINED = "declined"  # not this time
