"""What types cannot forbid: text for Telegram that was put together somewhere else than in the builder."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.language.extraction import SPOKEN
from bot.language.marks import ARROWS

SENDING = frozenset(
    {
        "answer",
        "reply",
        "edit_text",
        "edit_caption",
        "send_message",
        "edit_message_text",
        "edit_message_caption",
        "answer_callback_query",
        "answer_inline_query",
        "send_document",
        "send_photo",
        "send_file",
    }
)
"""Calls that carry text to a person."""

_BUILDERS_OWN = frozenset({"KEY", "Fixed"})


def faults(file: Path) -> Iterator[str]:
    """One sentence for each place where a file makes outgoing text by hand."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for fault in _node_faults(node):
            yield f"{file}:{getattr(node, 'lineno', 0)}: {fault}"


def _node_faults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.language"):
        for taken in sorted(_BUILDERS_OWN & {alias.name for alias in node.names}):
            yield f"{taken} is the builder's own; use say(), label() or a value such as name()"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in SPOKEN and _is_words(node.func.value):
            yield from _message_faults(node)
        if node.func.attr in SENDING and any(_is_literal(given) for given in _given(node)):
            yield f"{node.func.attr}() is given a text made on the spot; make it with words.say() or words.notice()"


def _message_faults(call: ast.Call) -> Iterator[str]:
    for message in call.args[: 2 if isinstance(call.func, ast.Attribute) and call.func.attr == "count" else 1]:
        if _is_glued(message):
            yield "a message is put together; write it whole, with {placeholders}, so that it can be translated"
        if isinstance(message, ast.Constant) and ARROWS & set(str(message.value)):
            yield "an arrow does not turn round for who reads from the right; say it in words"


def _is_words(receiver: ast.expr) -> bool:
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return name.endswith("words")


def _is_glued(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join", "replace"}
    return isinstance(node, ast.JoinedStr | ast.BinOp)


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in {"text", "caption"})]


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
