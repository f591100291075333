"""The logs of gunicorn, which writes every address that is asked."""

from typing import Any

from gunicorn.glogging import Logger

from portal.discreet import Discreet


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Hides the links that let in, in the address, in where one comes from, in what failed."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does, with our lines."""
        super().setup(cfg)
        for handler in self.access_log.handlers:
            handler.setFormatter(Discreet(self.access_fmt, self.datefmt))
        for handler in self.error_log.handlers:
            handler.setFormatter(Discreet(self.error_fmt, self.datefmt))
