"""Typed readers of the environment: a bad value stops the start with one clear sentence.

Every setting that differs between machines is read here, once, by name and type; nothing else in the
project looks at `os.environ`.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("dev", "test", "production")
SIGNATURES = ("none", "key", "upload")
"""How a decree gets its digital signature."""


class BadSetting(SystemExit):
    """A setting is missing or unreadable; the process ends with the sentence and exit code 1."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Impostazione {name}: {problem}.")


def select_settings() -> None:
    """Point Django at `portal.settings.<SPORTELLO_ENV>` unless a settings module was chosen already."""
    chosen = os.environ.get("SPORTELLO_ENV", "dev")
    if chosen not in ENVIRONMENTS:
        raise BadSetting("SPORTELLO_ENV", f"«{chosen}» non esiste; i valori sono {', '.join(ENVIRONMENTS)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"portal.settings.{chosen}")


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, or the default; without a default the variable is compulsory."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise BadSetting(name, "manca e non ha un valore predefinito")
    return value


def flag(name: str, default: bool) -> bool:
    """A yes/no value: 1, true, yes, on, si / 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes", "on", "si", "sì"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"«{value}» non è un sì o un no (usare 1 oppure 0)")


def integer(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "")
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise BadSetting(name, f"«{value}» non è un numero intero") from None


def one_of(name: str, values: Sequence[str], default: str) -> str:
    """One of a few words."""
    value = os.environ.get(name, "").strip() or default
    if value not in values:
        raise BadSetting(name, f"«{value}» non esiste; i valori sono {', '.join(values)}")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute folder path; it is created by whoever first writes there."""
    return Path(os.environ.get(name) or default).resolve()


def database(name: str, default: str) -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name?host=/socket/folder`."""
    url = text(name, default)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(name, f"«{parts.scheme}» non è PostgreSQL: serve postgresql://utente@host/nome")
    query: Mapping[str, list[str]] = parse_qs(parts.query, keep_blank_values=True)
    if not parts.path.strip("/"):
        raise BadSetting(name, "manca il nome della base dati dopo l'ultima barra")
    if unknown := sorted(query.keys() - {"host", "port"}):
        raise BadSetting(name, f"«{unknown[0]}» non è tra le opzioni conosciute: host, port")
    try:
        port = str(parts.port or query.get("port", [""])[0])
    except ValueError:
        raise BadSetting(name, "la porta non è un numero tra 0 e 65535") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": port,
    }


def broker(name: str, default: str) -> str:
    """Celery's form of a Redis address; `unix:///x.sock?db=0` becomes `redis+socket:///x.sock?virtual_host=0`."""
    url = text(name, default)
    parts = urlsplit(url)
    if parts.scheme in {"redis", "rediss", "amqp", "amqps"}:
        return url
    if parts.scheme == "unix" and parts.path:
        number = parse_qs(parts.query).get("db", ["0"])[0]
        return f"redis+socket://{parts.path}?virtual_host={number}"
    raise BadSetting(name, f"«{parts.scheme}» non è un broker conosciuto: serve redis:// oppure unix://")
