"""Whoever checks a log offline is told the first line that does not fit, whatever was done to it."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.petitions.checking import DoesNotFit, check_log, check_receipt, check_receipt_in_log
from bot.petitions.entries import EntryKind, leaf_data
from bot.petitions.merkle import Growing, hash_of_leaf
from bot.petitions.published import SIGNED_AS, Head, Receipt, Unreadable, entry_line, head_line
from bot.storage.vault import Vault
from tests.clocks import START
from tests.petitions.logs import COUNTED_AFTER, STORY, A, R, S, Step, W, commitment_of, receipt_of, signed_head, written_log

VAULT = Vault(b"a secret of the tests, 32 bytes.")
OTHER = Vault(b"another secret, 32 bytes as well")
KEY = VAULT.public_key(SIGNED_AS)


def head_over(size: int, vault: Vault = VAULT) -> Head:
    tree = Growing()
    for number, (kind, about) in enumerate(STORY[:size]):
        tree.add(hash_of_leaf(leaf_data(kind, commitment_of(number) if kind is S else None, about)))
    return signed_head(vault, tree, COUNTED_AFTER[size - 1] if size else 0)


def log() -> list[bytes]:
    return written_log(VAULT, STORY, COUNTED_AFTER[-1])


def test_a_whole_log_fits_and_is_counted() -> None:
    checked = check_log(log(), [head_over(size) for size in range(len(STORY) + 1)], KEY)
    assert (checked.signed, checked.withdrawn, checked.set_aside, checked.counted) == (11, 3, 0, 8)
    assert checked.heads == len(STORY) + 1
    assert check_log([head_line(head_over(0)).encode()]).counted == 0


@given(st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(0, 40)), max_size=40))
def test_what_is_counted_is_what_a_plain_model_counts(wishes: list[tuple[EntryKind, int]]) -> None:
    standing: dict[int, str] = {}
    steps: list[Step] = []
    for kind, at in wishes:
        about = at % max(1, len(steps))
        fits = {S: True, A: standing.get(about) == "counted", R: standing.get(about) == "aside", W: about in standing}[kind]
        if fits:
            match kind:
                case EntryKind.SIGNED:
                    standing[len(steps)] = "counted"
                case EntryKind.SET_ASIDE:
                    standing[about] = "aside"
                case EntryKind.RELEASED:
                    standing[about] = "counted"
                case EntryKind.WITHDRAWN:
                    del standing[about]
            steps.append((kind, None if kind is S else about))
    states = list(standing.values())
    checked = check_log(written_log(VAULT, steps, states.count("counted")))
    assert (checked.counted, checked.set_aside) == (states.count("counted"), states.count("aside"))
    with pytest.raises(DoesNotFit, match="are counted"):
        check_log(written_log(VAULT, steps, states.count("counted") + 1))


@given(st.integers(1, len(STORY)), st.data())
def test_a_line_that_was_changed_is_named(line: int, data: st.DataObject) -> None:
    lines = log()
    at = data.draw(st.sampled_from([found.start() for found in re.finditer(b"[0-9a-f]", lines[line])]))
    lines[line] = lines[line][:at] + (b"e" if lines[line][at : at + 1] == b"1" else b"1") + lines[line][at + 1 :]
    with pytest.raises((DoesNotFit, Unreadable), match=rf"^Line {line + 1}\b"):
        check_log(lines)


@given(st.integers(1, len(STORY)), st.sampled_from(["taken out", "twice", "swapped"]))
def test_a_line_too_few_too_many_or_elsewhere_is_named(line: int, how: str) -> None:
    lines = log()
    named = line + 1
    match how:
        case "taken out":
            del lines[line]
        case "twice":
            lines.insert(line, lines[line])
            named += 1
        case "swapped":
            other = line % len(STORY) + 1
            named = min(line, other) + 1
            lines[line], lines[other] = lines[other], lines[line]
    with pytest.raises(DoesNotFit, match=rf"^Line {named}\b"):
        check_log(lines)


def rewritten(number: int) -> list[bytes]:
    """Somebody who has the key to no head makes another entry of one, with its leaf."""
    lines, another = log(), commitment_of(200)
    lines[number + 1] = entry_line(number, S, another, None, hash_of_leaf(leaf_data(S, another, None))).encode()
    return lines


def test_an_entry_made_anew_is_found_by_the_heads_around_it() -> None:
    with pytest.raises(DoesNotFit, match="one of the entries 0 to 16 is not"):
        check_log(rewritten(4))
    with pytest.raises(DoesNotFit, match="one of the entries 3 to 5 is not"):
        check_log(rewritten(4), [head_over(3), head_over(6), head_over(9)])


def test_who_has_the_key_cannot_rewrite_what_somebody_kept_a_head_of() -> None:
    steps = [*STORY[:4], *STORY[5:]]
    tree_of_others = written_log(VAULT, [(S, None)] * 17, 17)
    assert check_log(tree_of_others).counted == 17
    with pytest.raises(DoesNotFit, match=r"The head over 9 entries .* does not fit"):
        check_log(tree_of_others, [head_over(9)])
    with pytest.raises(DoesNotFit, match="is older, or was cut"):
        check_log(written_log(VAULT, steps[:3], 3), [head_over(9)])


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([(S, None), (W, 1)], "Line 3 (entry 1) is about entry 1, which is no signature before it."),
        ([(S, None), (W, 0), (W, 0)], "Line 4 (entry 2) says withdrawn of entry 0, which could not be at that point."),
        ([(S, None), (R, 0)], "Line 3 (entry 1) says released of entry 0, which could not be at that point."),
        ([(S, None), (A, 0), (A, 0)], "Line 4 (entry 2) says set aside of entry 0, which could not be at that point."),
        ([(S, None), (W, 0), (A, 1)], "Line 4 (entry 2) is about entry 1, which is no signature before it."),
    ],
)
def test_what_cannot_have_happened_is_named(steps: Sequence[Step], said: str) -> None:
    with pytest.raises(DoesNotFit) as caught:
        check_log(written_log(VAULT, steps, 1))
    assert str(caught.value) == said


def test_a_head_says_what_was_signed() -> None:
    lines = log()
    for name, value in (("counted", 9), ("at", "2026-11-03T11Z"), ("root", "0" * 64), ("signature", "1" * 128)):
        changed = json.dumps(json.loads(lines[0]) | {name: value})
        with pytest.raises(DoesNotFit, match="The signature of the head over 17 entries is not right"):
            check_log([changed.encode(), *lines[1:]])


def test_only_the_key_that_is_trusted_counts() -> None:
    with pytest.raises(DoesNotFit, match="signed with another key"):
        check_log(log(), key=OTHER.public_key(SIGNED_AS))
    with pytest.raises(DoesNotFit, match="signed with another key"):
        check_log(log(), [head_over(9, OTHER)])
    with pytest.raises(DoesNotFit, match="of another petition, another, not of open-justice"):
        check_log(log(), [signed_head(VAULT, Growing(), 0, slug="another")])


def test_two_heads_of_one_size_must_be_one() -> None:
    tree = Growing()
    for number in range(5):
        tree.add(bytes([number]) * 32)
    with pytest.raises(DoesNotFit, match="head over 5 entries"):
        check_log(log(), [head_over(5), signed_head(VAULT, tree, 5, START + timedelta(hours=1))])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "Line 1 is not the head of a log."),
        ([b"\xff"], "Line 1 is not the head of a log."),
        ([b"[]"], "This is not a head."),
        ([b"{}"], "The head has no petition that can be one."),
        ([log()[0], b"{"], "Line 2 is not an entry of a log."),
        ([log()[0], log()[1].replace(b"signed", b"bought")], "Line 2 is not an entry of a log."),
        ([log()[0], log()[1].replace(b'"commitment"', b'"about"')], "Line 2 is not an entry of a log."),
        ([*log()[:6], log()[6].replace(b'"about":1', b'"about":-1')], "Line 7 is not an entry of a log."),
        ([*log()[:6], log()[6].replace(b'"about":1', b'"about":1e1')], "Line 7 is not an entry of a log."),
        (log()[:-1], "Line 18 is missing: there should be entry 16."),
        ([*log(), log()[-1]], "Line 19 is one too many: the head is over 17 entries."),
        ([json.dumps(json.loads(log()[0]) | {"root": "zz"}).encode()], "The head has no root that can be one."),
        ([json.dumps(json.loads(log()[0]) | {"size": -1}).encode()], "The head has no size that can be one."),
        ([json.dumps(json.loads(log()[0]) | {"petition": "a\nb"}).encode()], "The head has no petition that can be one."),
    ],
)
def test_what_is_no_log_is_said_in_one_sentence(lines: list[bytes], said: str) -> None:
    with pytest.raises((Unreadable, DoesNotFit)) as caught:
        check_log(lines)
    assert str(caught.value) == said


@pytest.mark.parametrize("number", [number for number, (kind, _) in enumerate(STORY) if kind is S])
def test_a_receipt_leads_to_its_head_and_to_its_line(number: int) -> None:
    written = json.loads(json.dumps(receipt_of(VAULT, number).to_json()))
    receipt = Receipt.from_json(written)
    assert receipt == receipt_of(VAULT, number)
    check_receipt(receipt, KEY)
    check_receipt_in_log(receipt, log()[number + 1])
    with pytest.raises(DoesNotFit, match=f"Line {number + 2} of the log is not the signature"):
        check_receipt_in_log(receipt, log()[(number + 1) % len(STORY) + 1])


@pytest.mark.parametrize(
    ("name", "value"),
    [("salt", "0" * 64), ("tag", "0" * 32), ("hour", "2026-11-03T11Z"), ("entry", 3), ("entry", 99), ("path", [])],
)
def test_a_receipt_that_was_changed_leads_nowhere(name: str, value: object) -> None:
    with pytest.raises(DoesNotFit, match="does not lead to the root of its head"):
        check_receipt(Receipt.from_json(receipt_of(VAULT, 4).to_json() | {name: value}))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x", "This is not a receipt."),
        ({}, "The receipt has no path that can be one."),
        (receipt_of(VAULT, 4).to_json() | {"path": ["0"]}, "The receipt's path has no 0 that can be one."),
        (receipt_of(VAULT, 4).to_json() | {"head": None}, "This is not a head."),
        (receipt_of(VAULT, 4).to_json() | {"salt": "00"}, "The receipt has no salt that can be one."),
    ],
)
def test_what_is_no_receipt_is_said_in_one_sentence(written: object, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Receipt.from_json(written)
    assert str(caught.value) == said
