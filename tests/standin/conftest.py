"""The stand-in's own tests use the world that all tests use."""

from tests.telegram_world import person, standin, world

__all__ = ["person", "standin", "world"]
