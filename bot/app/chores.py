"""Periodic work: of the one process, or shared among the runners."""

from bot.daytime import forget_zones
from bot.operations.services import Services
from bot.petitions.pulses import forget_pulses
from bot.petitions.retention import delete_answers
from bot.runner.chores import Chore, Every
from bot.telegram.conversation import ConversationStorage
from bot.telegram.kept import purge_updates


def chores(services: Services) -> list[Chore]:
    """What has to be done again and again, by whichever process."""
    database, clock = services.database, services.clock
    zone = services.settings.organisation.zone
    conversations = ConversationStorage(database, services.vault, clock)
    return [
        # A database away, or an interrupted command, leaves launches half written down.
        Chore("announcements.finish_fan_outs", Every.MINUTE, services.announcements.finish_fan_outs),
        Chore("events.fill_places", Every.MINUTE, services.events.fill_places),
        Chore("events.remind", Every.MINUTE, services.reminders.launch_due),
        Chore("events.rezone", Every.HOUR, services.reminders.rezone),
        Chore("petitions.close", Every.MINUTE, services.petitions.close_due),
        Chore("petitions.delete_answers", Every.HOUR, lambda: delete_answers(database, clock.now(), zone)),
        Chore("petitions.forget_pulses", Every.HOUR, lambda: forget_pulses(database, clock.now())),
        Chore("petitions.publish", Every.MINUTE, services.petition_log.heads.publish),
        Chore("campaigns.ask_again", Every.HOUR, services.action_calls.ask_again),
        Chore("intake.purge", Every.HOUR, lambda: purge_updates(database, clock)),
        Chore("conversations.purge", Every.HOUR, conversations.purge),
        Chore("supporters.purge", Every.HOUR, services.supporters.purge_unconsented),
        Chore("database.empty_log", Every.HOUR, database.empty_log),
    ]


def own_chores() -> list[Chore]:
    """What each process does for itself, as it is about what that has in mind."""
    return [Chore("zones.forget", Every.MINUTE, forget_zones)]
