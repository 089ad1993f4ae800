"""How a broken rule is said."""

from typing import NoReturn


class Broken(AssertionError):
    """A rule was broken. `rule` is its name."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(rule, detail)  # as it is made again from these where it comes out of another process
        self.rule = rule

    def __str__(self) -> str:
        return ": ".join(self.args)


def broken(rule: str, detail: str) -> NoReturn:
    raise Broken(rule, detail)
