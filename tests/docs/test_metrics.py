"""The dashboard, the alert rules and the page name the metrics there are, and all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.reading import ROOT
from tests.metrics.scrape import names, samples, scraped, served
from tests.nida import running_nida, settings_for
from tests.telegram_world import TelegramWorld

DASHBOARD, ALERTS, PAGE = ROOT / "docs/grafana/nida.json", ROOT / "docs/alerts.yml", ROOT / "docs/operating.md"
NAME = re.compile(r"\b(?:nida|process)_[a-z_]+")
SELECTED = re.compile(r'\b(nida_[a-z_]+)\{([a-z]+)=~?"([^"]+)"\}')
"""A metric of one value of a label, or of several."""
SUFFIXES = re.compile(r"_(?:total|bucket|count|sum)$")


def families(text: str) -> set[str]:
    return {SUFFIXES.sub("", name) for name in NAME.findall(text)}


def expressions() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    yield from re.findall(r"^ +expr: (.+)$", ALERTS.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
async def page(world: TelegramWorld, database_url: str, tmp_path: Path) -> str:
    """What a bot that runs shows at once, before it has done anything."""
    async with running_nida(settings_for(world, database_url, tmp_path)) as nida, served(nida.app.metrics) as http:
        return (await scraped(http))[1]


async def test_the_dashboard_the_alerts_and_the_page_name_what_there_is(page: str) -> None:
    there = names(page)
    used = set().union(*map(families, expressions()))
    described = families(PAGE.read_text(encoding="utf-8"))
    ours = {name for name in there if name.startswith("nida_")}
    assert len(ours) > 20
    assert used <= there, "a panel or a rule asks for what does not exist"
    assert ours <= used, "nobody would ever look at it"
    assert ours | (used & there) <= described, "docs/operating.md does not say what it is"
    assert described <= there


async def test_what_a_panel_or_a_rule_selects_is_there_from_the_start(page: str) -> None:
    """A rule about a label that nothing has would never ring."""
    there = {(name, *pair) for name, labels in samples(page) for pair in labels}
    selected = {
        (name, label, value)
        for expression in expressions()
        for name, label, values in SELECTED.findall(expression)
        for value in values.split("|")
    }
    assert len(selected) > 3
    assert selected <= there


def test_every_rule_is_whole() -> None:
    rules = re.split(r"^ +- alert: ", ALERTS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(rules) > 10
    for rule in rules:
        name = rule.splitlines()[0]
        assert re.fullmatch(r"Nida[A-Za-z]+", name)
        assert rule.count("(") == rule.count(")"), name
        assert all(part in rule for part in ("expr: ", "severity: ", "summary: ")), name
        assert name in PAGE.read_text(encoding="utf-8"), f"docs/operating.md does not say what to do about {name}"
