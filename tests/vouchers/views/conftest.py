"""The desk with as much money as the test says, for the pages too."""

from tests.vouchers.domain.conftest import make_desk as make_desk
