"""The description of an installation names only what exists: variables, commands, queues, files."""

import ast
import re
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from portal.celery import app
from tests.architecture.tree import ROOT, dotted, nodes, project_files

READERS = {"env.text", "env.flag", "env.integer", "env.words", "env.folder", "env.database", "env.broker"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("sportello:")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ADMINISTRATOR = (ROOT / "docs" / "guida-amministratore.md").read_text()


def variables_read() -> set[str]:
    """The names the settings ask the environment for."""
    names = {"SPORTELLO_ENV"}
    for path in project_files():
        if path.parts[:2] == ("portal", "settings") and path.suffix == ".py":
            for node in nodes(path):
                if (
                    isinstance(node, ast.Call)
                    and dotted(node.func) in READERS
                    and isinstance(node.args[0], ast.Constant)
                ):
                    names.add(node.args[0].value)
    return names


def words_of(service: dict[str, Any]) -> str:
    """The command of a service as one line of text."""
    return " ".join(service.get("command", []))


def test_the_settings_read_the_variables_that_compose_sets() -> None:
    assert len(OURS) == 5
    for name, service in OURS.items():
        assert set(service["environment"]) - variables_read() == set(), name


def test_the_image_sets_only_known_variables() -> None:
    known = variables_read() | {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "XDG_CACHE_HOME"}
    known |= {"PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR"}
    block = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    given = {name for line in re.findall(r"^ENV (.*)$", block, re.MULTILINE) for name in re.findall(r"(\w+)=", line)}

    assert given
    assert given - known == set()


def test_the_example_holds_every_variable_that_compose_wants() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert wanted == given


def test_every_variable_is_in_the_administrators_guide() -> None:
    own = {name for name in variables_read() if not name.startswith("PYTEST_")}

    assert {name for name in own if f"`{name}`" not in ADMINISTRATOR} == set()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_kept_small(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert name in {"setup", "web"} or "test" in service["healthcheck"]
    if name not in OURS:
        assert service["user"] not in {"root", "0", "0:0"}


def test_the_image_does_not_run_as_root_and_knows_its_health() -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == "sportello"
    assert "HEALTHCHECK" in DOCKERFILE
    assert "--require-hashes -r /tmp/runtime.lock" in DOCKERFILE


def test_only_the_web_process_can_be_reached_and_only_from_this_machine() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_the_queues_of_the_routes_have_a_worker_each() -> None:
    routed = {settings.CELERY_TASK_DEFAULT_QUEUE} | {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    served = {name for service in OURS.values() for name in re.findall(r"-Q (\w+)", words_of(service))}

    assert routed == served


def test_exactly_one_beat_whose_jobs_exist() -> None:
    app.loader.import_default_modules()

    assert [name for name, service in OURS.items() if " beat " in words_of(service)] == ["beat"]
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
    assert set(settings.CELERY_TASK_ROUTES) <= set(app.tasks)


def test_the_commands_exist() -> None:
    named = {word for service in OURS.values() for word in re.findall(r"manage\.py (\w+)", words_of(service))}

    assert named == {"check", "migrate", "collectstatic", "load_call"}
    assert named <= set(get_commands())
    assert (ROOT / "vouchers" / "calls" / "smart_working_2020.toml").exists()


def test_the_image_holds_what_the_project_needs_and_nothing_else() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    needed = {"applications", "portal", "reporting", "vouchers", "static", "templates", "manage.py", "LICENSE"}

    assert needed <= allowed
    assert not {"tests", ".env", ".git", ".sportello", "docs"} & allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_the_compose_file_is_read_as_written() -> None:
    """A service that inherits must not lose its own words to the shared ones."""
    assert SERVICES["setup"]["healthcheck"] == {"disable": True}
    assert SERVICES["setup"]["restart"] == "no"
    assert SERVICES["worker-pdf"]["healthcheck"]["interval"] == "60s"
    assert SERVICES["worker-pdf"]["healthcheck"]["test"] != SERVICES["worker"]["healthcheck"]["test"]
    assert SERVICES["web"]["networks"] == ["inside", "outside"]
