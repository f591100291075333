"""The project as files: what the tests of its shape look at."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("portal", "applications", "vouchers", "reporting")
"""From the ground up."""


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project that is not ignored, committed or not; relative to its root.

    A copy without its repository (a downloaded archive) is taken whole, folders with a dot excepted.
    """
    if (ROOT / ".git").exists():
        argv = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-coz", "--exclude-standard"]
        listed = subprocess.run(argv, capture_output=True, check=True, text=True).stdout.split("\0")
        found = {Path(name) for name in listed if name}
    else:
        tops = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
        inside = (path for top in tops for path in (top.rglob("*") if top.is_dir() else [top]))
        found = {path.relative_to(ROOT) for path in inside if "__pycache__" not in path.parts}
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def python_files() -> list[Path]:
    """The code of the floors, without migrations."""
    return [p for p in project_files() if p.suffix == ".py" and p.parts[0] in FLOORS and "migrations" not in p.parts]


def rooms(*names: str) -> list[Path]:
    """The code in the rooms with these names, on every floor."""
    return [path for path in python_files() if len(path.parts) > 1 and path.parts[1] in names]


@cache
def text_of(path: Path) -> str:
    """A file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    """A file of Python code as its tree."""
    return ast.parse(text_of(path), filename=str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    """Every node of a file."""
    return ast.walk(parsed(path))


def dotted(node: ast.AST) -> str:
    """`a.b.c` as written; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inside = dotted(node.value)
        return f"{inside}.{node.attr}" if inside else ""
    return ""


def imported(path: Path) -> Iterator[str]:
    """The modules a file imports, relative ones made absolute."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.parent.parts[: len(path.parent.parts) - node.level + 1]) if node.level else ""
            yield ".".join(part for part in (package, node.module) if part)
