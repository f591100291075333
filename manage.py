#!/usr/bin/env python
"""Django's command line for Sportello. `./sportello manage ...` calls it with the services up."""

import sys

from django.core.management import execute_from_command_line

from portal.settings.env import select_settings


def main() -> None:
    """Pick the settings named by SPORTELLO_ENV and run the command."""
    select_settings()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
