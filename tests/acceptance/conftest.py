"""Fixtures of the tests with real processes."""

from tests.acceptance.nursery import nursery, nursery_of_the_run

__all__ = ["nursery", "nursery_of_the_run"]
