"""The stand-in itself: one bot, its people, and what they do to each other. No network here."""

from collections import Counter

from bot.clock import Clock, SystemClock
from bot.errors import Misuse
from bot.standin import shapes
from bot.standin.changes import Changes
from bot.standin.faults import Faults
from bot.standin.files import Files
from bot.standin.profile import Profile
from bot.standin.rates import Limits, Rates
from bot.standin.refusals import bad_request, forbidden
from bot.standin.updates import Updates
from bot.standin.webhook import LastError, Webhook
from bot.standin.world import Message, Person, World


class StandIn:
    """Raises Misuse when the token has no bot number before its colon."""

    def __init__(
        self,
        token: str = "123456:TEST",  # noqa: S107 - nobody's token, and only good here
        username: str = "NidaDemoBot",
        *,
        name: str = "Nida",
        clock: Clock | None = None,
        limits: Limits | None = None,
        retry_seconds: float = 1.0,
    ) -> None:
        number = token.split(":", maxsplit=1)[0]
        if not number.isdecimal() or ":" not in token:
            raise Misuse("The stand-in's token must be a number, a colon and more, like 123456:demo.")
        self.token = token
        self.clock = clock or SystemClock()
        self.world = World()
        self.profile = Profile(int(token.split(":", maxsplit=1)[0]), username, names={"": name})
        self.updates = Updates(self.clock.monotonic)
        self.rates = Rates(limits or Limits())
        self.faults = Faults()
        self.files = Files()
        self.changes = Changes()
        self.calls: Counter[str] = Counter()
        self.webhook = Webhook()
        self.last_error = LastError()
        self.retry_seconds = retry_seconds
        """How long a webhook that failed is left alone at first; it doubles up to a minute."""
        self._sender: dict[str, object] | None = None

    @property
    def sender(self) -> dict[str, object]:
        """The bot as the sender of its messages."""
        if self._sender is None:
            self._sender = shapes.bot_sender(self.profile).to_dict()
        return self._sender

    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def reachable(self, chat_id: int) -> Person:
        """The person a bot may write to. Raises Refusal when there is none, or none any more."""
        person = self.world.people.get(chat_id)
        if person is None:
            raise bad_request("chat not found")
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return person

    def add(self, person: Person, message: Message) -> Message:
        person.messages[message.message_id] = message
        self.changed(person)
        return message

    def changed(self, person: Person) -> None:
        """Tell whoever looks at this person's chat that it shows something else."""
        person.version += 1
        self.changes.tell(person.id)

    def changed_for_all(self) -> None:
        self.world.version += 1
        self._sender = None
        self.changes.tell_all()

    def version(self, person: Person) -> int:
        return person.version + self.world.version

    def set_webhook(self, webhook: Webhook, reason: str = "") -> None:
        """Whoever polls is interrupted with that reason; what waits goes to the new place."""
        self.webhook = webhook
        self.last_error = LastError()
        self.updates.delivers = bool(webhook.url)
        if reason:
            self.updates.interrupt(reason)
        self.updates.share_again()

    def json_of(self, message: Message, person: Person) -> dict[str, object]:
        if message.kind == "text" and message.from_bot and not message.reply_to:
            return shapes.message_json(message, person, self.sender)
        return shapes.wire(shapes.message(message, person, self.profile))
