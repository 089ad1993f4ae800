"""The table of faults is current, and no fault is without a test."""

from tests import faults
from tests.docs.reading import ROOT
from tools.reliability import reliability


def test_every_fault_has_a_test() -> None:
    assert faults.tests_by_fault().keys() >= set(faults.FAULTS)


def test_no_test_names_a_fault_that_is_not_listed() -> None:
    assert faults.tests_by_fault().keys() <= set(faults.FAULTS)


def test_the_page_is_what_make_docs_writes() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert page == reliability(), "run `make docs`"
