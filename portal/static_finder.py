"""Bootstrap Italia as static files: the few we use out of the package that carries them."""

from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PACKAGE = "bootstrap_italia_template"
PREFIX = "bootstrap-italia"
FILES = ("css/bootstrap-italia.min.css", "css/bootstrap-italia.min.css.map", "svg/sprites.svg")


def package_folder() -> Path:
    """The package's static folder. Raises LookupError when the package is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("Manca il pacchetto design-django-theme, che porta i fogli di stile di Bootstrap Italia.")
    return Path(next(iter(spec.submodule_search_locations))) / "static"


class BootstrapItaliaFinder(BaseFinder):
    """Finds `bootstrap-italia/<file>`; its own application is not installed, so that its templates stay out."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=package_folder())
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of one of our files; an empty list when it is not ours."""
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in FILES:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Callable[..., Any]]]:
        """What collectstatic copies."""
        for name in FILES:
            yield name, self.storage  # type: ignore[misc]
