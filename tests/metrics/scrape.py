"""A scrape as Prometheus makes it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.test_utils import TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics, add_metrics
from bot.telegram.server import health_app

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """By name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(of: Samples, name: str, **labels: str) -> float:
    return of[name, frozenset(labels.items())]


def names(text: str) -> set[str]:
    return {family.name for family in text_string_to_metric_families(text)}


@asynccontextmanager
async def served(metrics: Metrics, token: str = "") -> AsyncIterator[aiohttp.ClientSession]:
    async def well() -> None:
        return None

    app = health_app(well)
    add_metrics(app, metrics, token)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        yield http


async def scraped(http: aiohttp.ClientSession, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    async with http.get("/metrics", headers=headers) as answer:
        return answer.status, await answer.text()
