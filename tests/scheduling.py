"""Which tests of a parallel run stay together in one process; the others go wherever there is room.

The marks of xdist (`--dist loadgroup`) would say it too, but pytest 9.2 no longer shows them to xdist 3.8.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/replayed/", "tests/jobs/", "tests/races/", "tests/launcher/test_up.py",
    "tests/vouchers/replay/test_demo_story.py",
)  # fmt: skip
"""A history that is lived once, workers of their own, most of a server's connections, whole portals: each is dear."""


class Scheduling(LoadScopeScheduling):
    """Hands out the places above whole, the largest first, and every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
