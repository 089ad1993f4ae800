"""compose.yaml and the Dockerfile name only what there is. Nothing here starts a container."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot.cli.configuration import sections
from bot.cli.entry import app
from bot.config import SECRETS, load
from bot.storage.vault import write_new_key
from tests.docs.reading import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if name != "postgres"}
SERVING = {name: service for name, service in OURS.items() if name != "upgrade"}
IN_CONTAINER = "/run/secrets/"


def test_it_is_one_postgresql_two_bots_two_runners_and_one_upgrade_before_them() -> None:
    commands = [service["command"] for service in OURS.values()]
    assert sorted(commands) == [["db", "upgrade"], ["run"], ["run"], ["runner"], ["runner"]]
    assert int(SERVICES["postgres"]["image"].removeprefix("postgres:")) >= 14
    assert SERVICES["upgrade"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["upgrade"]["restart"] == "no"
    for service in SERVING.values():
        assert service["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
        assert service["restart"] == "unless-stopped"


def test_the_image_is_built_once_and_all_have_it() -> None:
    assert {service["image"] for service in OURS.values()} == {"nida"}
    assert [name for name, service in SERVICES.items() if "build" in service] == ["upgrade"]


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name: str) -> None:
    command: Any = get_command(app)
    for word in OURS[name]["command"]:
        command = command.commands[word]
    assert not hasattr(command, "commands")


@pytest.mark.parametrize("name", OURS)
def test_every_setting_exists(name: str) -> None:
    known = {f"NIDA_{section}__{key}".upper() for section, fields in sections() for key in fields.model_fields}
    known |= {f"NIDA_{secret.replace('.', '__')}_FILE".upper() for secret in SECRETS}
    assert OURS[name]["environment"].keys() <= known | {"NIDA_CONFIG"}


def test_every_secret_is_a_file_given_to_who_reads_it() -> None:
    for name, secret in COMPOSE["secrets"].items():
        assert secret.keys() == {"file"}, name
        assert secret["file"].startswith("secrets/"), "which git and the image leave out"
    for name, service in SERVICES.items():
        assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
        values = service["environment"].values()
        read = {str(value).removeprefix(IN_CONTAINER) for value in values if str(value).startswith(IN_CONTAINER)}
        assert read == set(service["secrets"]), f"{name} reads what it is not given, or is given what it does not read"
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_with_the_files_the_page_says_the_settings_are_whole(tmp_path: Path) -> None:
    written = {
        "database_url": "postgresql://nida:word@postgres/nida",
        "token": "123456:TEST",
        "webhook_secret": "a-secret-of-sixteen-or-more",
    }
    for name, text in written.items():
        (tmp_path / name).write_text(f"{text}\n", encoding="utf-8")
    write_new_key(tmp_path / "nida_key")
    config = tmp_path / "config.toml"
    config.write_text('[organisation]\nname = "A"\n[telegram]\nwebhook_url = "https://bot.example.org"\n', encoding="utf-8")
    environment = {
        name: value.replace(IN_CONTAINER, f"{tmp_path}/") for name, value in OURS["bot-1"]["environment"].items() if "__" in name
    }
    settings = load(config, environment)
    assert settings.database_url == written["database_url"]
    assert settings.telegram.token.get_secret_value() == written["token"]
    assert settings.key_path.is_file()
    assert (settings.telegram.mode, settings.runner.engine) == ("webhook", "procrastinate")


@pytest.mark.parametrize("name", SERVING)
def test_health_is_asked_where_it_is_served(name: str) -> None:
    asked = re.search(r"http://127\.0\.0\.1:(\d+)/readyz", SERVING[name]["healthcheck"]["test"][-1])
    assert asked is not None
    assert not any(" " in word for word in SERVING[name]["healthcheck"]["test"]), "Podman would take it apart there"
    for key in ("NIDA_TELEGRAM__LISTEN", "NIDA_RUNNER__LISTEN"):
        assert SERVING[name]["environment"][key] == f"0.0.0.0:{asked[1]}"


def test_the_bots_are_reached_from_this_machine_only_and_as_the_page_says() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    inside = SERVICES["bot-1"]["environment"]["NIDA_TELEGRAM__LISTEN"].rpartition(":")[2]
    for name, service in SERVICES.items():
        assert ("ports" in service) == (service.get("command") == ["run"]), name
        for port in service.get("ports", ()):
            host, outside, to = port.split(":")
            assert (host, to) == ("127.0.0.1", inside)
            assert f"server 127.0.0.1:{outside}" in page


def test_what_the_dockerfile_copies_is_there_and_not_left_out() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied: set[str] = set()
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        copied.update(line.split()[:-1])
    assert kept == copied
    assert "*" in lines
    for name in copied:
        assert (ROOT / name).exists(), name


def test_the_image_runs_the_command_as_somebody_without_rights_with_the_tools_of_that_postgresql() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert "useradd --uid 1000" in last
    assert last.index("USER nida") < last.index('ENTRYPOINT ["nida"]')
    release = SERVICES["postgres"]["image"].removeprefix("postgres:")
    assert f"postgresql-client-{release} " in last
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert "chown -R 1000 " in page, "or it could not read its secrets"
