"""What the documents say exists: files, commands, pages; and every command says what it is for."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.urls import Resolver404, resolve

from tests.architecture.tree import FLOORS, ROOT, project_files, text_of

DOCUMENTS = [path for path in project_files() if path.suffix == ".md"]
LAUNCHER_WORDS = {"up", "test", "manage", "doctor", "stop", "reset"}


def own_commands() -> dict[str, str]:
    """The commands of our floors."""
    return {name: floor for name, floor in get_commands().items() if floor in FLOORS}


@pytest.mark.parametrize("name", own_commands())
def test_a_command_says_what_it_does(name: str) -> None:
    command = load_command_class(own_commands()[name], name)

    assert len(command.help) > 20
    assert command.help.endswith(".")
    assert command.create_parser("manage.py", name).format_help()


def test_the_life_cycles_are_drawn_as_they_are() -> None:
    out = StringIO()
    call_command("lifecycles", stdout=out)
    drawn = text_of(Path("docs/lifecycles.md")).partition("## ")

    assert drawn[1] + drawn[2] == out.getvalue(), "run: ./sportello manage lifecycles, and paste it under the title"


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(path))
    broken = [t for t in targets if "://" not in t and not (ROOT / path.parent / t).exists()]

    assert broken == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_files_named_exist(path: Path) -> None:
    places = "|".join([*FLOORS, "tests", "docs", "requirements", "benchmarks", "static", "templates"])
    named = re.findall(rf"`((?:{places})/[\w./-]*\w/?)(?:::\w+)?`", text_of(path))
    missing = [name for name in named if not (ROOT / name).exists()]

    assert missing == []


def test_the_tests_that_show_a_promise_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text_of(Path("docs/affidabilita.md")))
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in text_of(Path(path))]

    assert len(named) > 20
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_commands_named_exist(path: Path) -> None:
    text = text_of(path)
    words = set(re.findall(r"\./sportello (\w+)", text)) - LAUNCHER_WORDS
    commands = set(re.findall(r"(?:manage\.py|sportello manage) ([a-z_]+)", text)) - set(get_commands())

    assert (words, commands) == (set(), set())


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if p.name.startswith(("README", "guida-"))], ids=str)
def test_pages_named_exist(path: Path) -> None:
    named = re.findall(r"`(/[a-z][\w/.-]*/)`", text_of(path))
    missing = []
    for address in named:
        try:
            resolve(address)
        except Resolver404:
            missing.append(address)

    assert missing == []


def test_the_guides_are_reached_from_the_index() -> None:
    linked = set(re.findall(r"\]\(([\w/.-]+\.md)\)", text_of(Path("docs/index.md"))))
    there = {str(p.relative_to("docs")) for p in DOCUMENTS if p.parts[0] == "docs"} - {"index.md"}

    assert there == linked
