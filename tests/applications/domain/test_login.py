"""How surely a person must be known to submit: by the call's terms on the day."""

from datetime import datetime

import pytest

from applications.domain.login import LoginTooWeak, check_login
from applications.models import Call
from portal.kernel.deadlines import ROME

BEFORE = datetime(2020, 4, 1, 23, 59, 59, tzinfo=ROME)
AFTER = datetime(2020, 4, 2, tzinfo=ROME)


def test_a_weak_login_is_told_what_to_do(call: Call) -> None:
    with pytest.raises(LoginTooWeak, match="serve un'identità digitale") as refused:
        check_login(call, "PLAIN", BEFORE)

    assert "resta salvato" in str(refused.value)
    check_login(call, "STRONG", BEFORE)
    check_login(call, "PLAIN", AFTER)
    check_login(call, "STRONG", AFTER)
