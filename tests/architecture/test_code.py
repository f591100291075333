"""How the code is kept: small files with honest names, exact money, no clock in the middle, words on every door."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import FLOORS, dotted, imported, nodes, parsed, project_files, python_files, rooms, text_of

LONGEST = 300
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
CLOCKS = {
    "timezone.now",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "timezone.localtime",
    "timezone.localdate",
    "datetime.datetime.now",
    "datetime.date.today",
}
PURE = ("rules", "kernel")
INEXACT = {"float", "round", "FloatField", "models.FloatField"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_there_is_something_to_look_at() -> None:
    assert len(rooms(*PURE)) > 30
    assert len(rooms("domain")) > 20


def test_files_are_short() -> None:
    long = {str(path): n for path in python_files() if (n := len(text_of(path).splitlines())) > LONGEST}

    assert long == {}


def test_no_drawer_for_odds_and_ends() -> None:
    vague = [str(path) for path in python_files() if VAGUE.intersection([*path.parent.parts, path.stem])]

    assert vague == []


def inexact(node: ast.AST) -> Iterator[ast.AST]:
    """What makes or holds a binary fraction; asking whether something is one, to refuse it, is no sin."""
    if isinstance(node, ast.Call):
        yield node.func
    elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.FunctionDef) and node.returns:
        yield from ast.walk(node.returns)


def test_money_is_exact() -> None:
    """No binary fraction and no rounding of one's own where euro are kept and counted."""
    found = [
        f"{path}:{used.lineno} {dotted(used)}"
        for path in rooms("rules", "kernel", "domain", "models")
        if path.parts[0] != "reporting"
        for node in nodes(path)
        for used in inexact(node)
        if isinstance(used, ast.Name | ast.Attribute) and dotted(used) in INEXACT
    ]

    assert found == []


def test_nobody_reads_the_clock_in_the_middle() -> None:
    reads = [
        f"{path}:{node.lineno} {dotted(node)}"
        for path in rooms("rules", "kernel", "domain")
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCKS
    ]

    assert reads == []


def test_rules_import_the_standard_library_and_other_rules_only() -> None:
    def allowed(module: str, floor: str) -> bool:
        if module.split(".")[0] in sys.stdlib_module_names:
            return True
        below = FLOORS[: FLOORS.index(floor) + 1]
        return any(module.startswith(f"{name}.{room}") for name in below for room in PURE)

    strangers = [
        f"{path}: {module}" for path in rooms(*PURE) for module in imported(path) if not allowed(module, path.parts[0])
    ]

    assert strangers == []


def public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """The classes and functions of a body that others may use; names of a class included."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def wordless(path: Path) -> Iterator[str]:
    """What a file offers without a docstring."""
    if not ast.get_docstring(parsed(path)) and path.name != "__init__.py":
        yield str(path)
    for node in public(parsed(path).body):
        if not ast.get_docstring(node):
            yield f"{path}:{node.lineno} {node.name}"


def test_every_public_name_says_what_it_does() -> None:
    assert [line for path in rooms("rules", "kernel", "domain") for line in wordless(path)] == []


def test_every_file_says_what_it_is() -> None:
    silent = [str(p) for p in python_files() if p.name != "__init__.py" and not ast.get_docstring(parsed(p))]

    assert silent == []


def test_no_signals_and_no_work_in_save() -> None:
    """What follows from an act is written in the act."""
    found = [
        f"{path}:{node.lineno}"
        for path in python_files()
        for node in nodes(path)
        if (isinstance(node, ast.FunctionDef) and node.name == "save" and path.parts[1] == "models")
        or (isinstance(node, ast.Name) and node.id == "receiver")
    ]

    assert found == []


def test_packages_have_no_code_outside_the_floors() -> None:
    outside = {p.parts[0] for p in project_files() if p.suffix == ".py" and len(p.parts) > 1} - set(FLOORS)

    assert outside <= {"tests", "benchmarks", "docs"}
