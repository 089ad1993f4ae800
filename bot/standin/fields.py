"""Reading the fields of a control request: what is wrong is said in a sentence that names the field."""

from collections.abc import Mapping

from bot.errors import NidaError


class Fields:
    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    @classmethod
    def of(cls, given: object) -> "Fields":
        if not isinstance(given, dict):
            raise NidaError("The body must be a JSON object.")
        return cls(given)

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise NidaError(f"“{name}” is missing.")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self._given.get(name)
        if value is not None and not isinstance(value, str):
            raise NidaError(f"“{name}” must be a text.")
        return value

    def number(self, name: str) -> int:
        value = self.optional_number(name)
        if value is None:
            raise NidaError(f"“{name}” is missing.")
        return value

    def optional_number(self, name: str, default: int | None = None) -> int | None:
        value = self._given.get(name, default)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise NidaError(f"“{name}” must be a whole number.")
        return value

    def seconds(self, name: str, default: float) -> float:
        value = self.optional_seconds(name)
        return default if value is None else value

    def optional_seconds(self, name: str) -> float | None:
        value = self._given.get(name)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise NidaError(f"“{name}” must be a number.")
        return None if value is None else float(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._given.get(name, default)
        if not isinstance(value, bool):
            raise NidaError(f"“{name}” must be true or false.")
        return value

    def mapping(self, name: str) -> dict[str, object]:
        value = self._given.get(name)
        if not isinstance(value, dict):
            raise NidaError(f"“{name}” must be an object.")
        return value
