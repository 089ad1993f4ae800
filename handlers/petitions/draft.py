"""A signature that is being written: what was answered so far, kept in the conversation until it is signed or left."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from bot.petitions.models import Ask
from bot.petitions.views import Answers, Mine, PetitionView

NOTHING: Final = Answers()


@dataclass(frozen=True, slots=True)
class Draft:
    """`asked` is the question that waits for its answer, None while all is looked over. `seen` are those answered or skipped.
    `changes`: it is signed already, and this changes it."""

    petition_id: int
    source: str | None = None
    asked: Ask | None = None
    answers: Answers = NOTHING
    seen: frozenset[Ask] = frozenset()
    show_name: bool = False
    pass_on: bool = False
    changes: bool = False

    @classmethod
    def of(cls, petition: PetitionView, mine: Mine) -> "Draft":
        """To change what is signed."""
        return cls(petition.id, None, None, mine.answers, frozenset(Ask), mine.show_name, mine.pass_on, changes=True)

    def next_of(self, petition: PetitionView) -> "Draft":
        """With the first question that was not seen yet; without one when all were, and nothing is lacking."""
        waiting = (ask for ask in petition.asks if ask not in self.seen or (ask in petition.needs and not self.said(ask)))
        return replace(self, asked=next(waiting, None))

    def asking(self, ask: Ask) -> "Draft":
        return replace(self, asked=ask)

    def with_answer(self, ask: Ask, answer: str | None) -> "Draft":
        """What is no longer said cannot be shown or passed on."""
        answers = replace(self.answers, **{ask.value: answer})
        draft = replace(self, answers=answers, seen=self.seen | {ask})
        return replace(draft, show_name=self.show_name and draft.can_show_name(), pass_on=self.pass_on and answers != NOTHING)

    def can_show_name(self) -> bool:
        """A name is shown nowhere but beside a comment."""
        return self.answers.name is not None and self.answers.comment is not None

    def says(self, mine: Mine | None) -> bool:
        """Whether that is what was signed."""
        said = self.answers, self.show_name, self.pass_on
        return mine is not None and said == (mine.answers, mine.show_name, mine.pass_on)

    def said(self, ask: Ask) -> str | None:
        answer: str | None = getattr(self.answers, ask)
        return answer

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "seen": sorted(self.seen)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Draft":
        asked = Ask(stored["asked"]) if stored["asked"] else None
        seen = frozenset(map(Ask, stored["seen"]))
        return cls(**{**stored, "asked": asked, "seen": seen, "answers": Answers(**stored["answers"])})
