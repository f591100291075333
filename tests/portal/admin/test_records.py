"""Lists and pages of records at the desk: what they say, and how many times they ask the database."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Mail, Promise, User
from tests.conftest import Desk, FirmMaker, person

LISTS = (
    "applications_firm", "vouchers_award", "vouchers_ledgerentry", "vouchers_headcountband", "vouchers_allocation",
    "vouchers_decree", "portal_mail", "portal_promise", "portal_user", "portal_rolegrant", "portal_auditentry",
)  # fmt: skip


@pytest.fixture
def as_ivo(client: Client, ivo: User) -> Client:
    """The auditor's browser: he reads every list."""
    client.force_login(ivo)
    return client


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_much_for_one_as_for_three(
    name: str, as_ivo: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    at = reverse(f"admin:{name}_changelist")
    desk.granted(make_firm(anna))
    with_one = _queries(as_ivo, at)

    desk.granted(make_firm(anna))
    desk.granted(make_firm(anna))

    assert _queries(as_ivo, at) == with_one <= 8


def _queries(client: Client, at: str) -> int:

    with CaptureQueriesContext(connection) as asked:
        assert client.get(at).status_code == 200
    return len(asked)


def test_a_person_is_shown_without_the_password(as_ivo: Client, carla: User) -> None:
    carla.set_password("una-frase-lunga")
    carla.save()

    page = as_ivo.get(reverse("admin:portal_user_change", args=[carla.pk])).content.decode()

    assert "carla@ufficio.example" in page
    assert "istruttore" in page
    assert carla.password not in page
    assert "md5" not in page


def test_amounts_and_states_are_in_italian(as_ivo: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    award = desk.granted(make_firm(anna, name="Alfa & figli S.r.l."))

    page = as_ivo.get(reverse("admin:vouchers_award_change", args=[award.pk])).content.decode()

    assert "10.500,00\u00a0€" in page
    assert "Concesso, da accettare" in page
    assert "Alfa &amp; figli S.r.l." in page
    assert reverse("admin:dossier", args=[award.application_id]) in page


def test_a_hostile_name_stays_a_text(as_ivo: Client, make_firm: FirmMaker, anna: User) -> None:
    firm = make_firm(anna, name="<script>alert(1)</script>")

    for at in (
        reverse("admin:applications_firm_changelist"),
        reverse("admin:applications_firm_change", args=[firm.pk]),
    ):
        page = as_ivo.get(at).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [("Alfa", True), ("alfa S.r.l.", True), ("zzz", False), ("%", False), ("_lfa", False), ("1" * 200, False)],
)
def test_a_list_is_searched_by_name(search: str, found: bool, as_ivo: Client, make_firm: FirmMaker, anna: User) -> None:
    make_firm(anna, name="Alfa S.r.l.")

    page = as_ivo.get(reverse("admin:applications_firm_changelist"), {"q": search})

    assert page.status_code == 200
    assert (b"Alfa S.r.l." in page.content) == found


@pytest.mark.parametrize("query", ["q='", "q=%00", "p=9999", "p=abc", "state__exact=NULLA", "nulla=1", "o=99"])
def test_a_list_survives_any_address(query: str, as_ivo: Client, call: object) -> None:
    answer = as_ivo.get(f"{reverse('admin:portal_mail_changelist')}?{query}", follow=True)

    assert answer.status_code == 200
    assert "<h1>Comunicazioni</h1>" in answer.content.decode()


@pytest.mark.parametrize("key", ["0", "abc", "9" * 30, "1_5F"])
def test_a_record_that_does_not_exist(key: str, as_ivo: Client, call: object) -> None:
    assert as_ivo.get(f"/ufficio/archivio/vouchers/award/{key}/").status_code == 404


def test_the_first_page_counts_what_failed(client: Client, administrator: User, now: datetime) -> None:
    Promise.objects.create(job="x", key="1", state=Promise.State.FAILED, created_at=now, next_try_at=now)
    Mail.objects.create(
        to="a@pec.example", subject="s", body="b", about="application:1", message_id="1",
        state=Mail.State.FAILED, created_at=now,
    )  # fmt: skip
    client.force_login(administrator)

    page = client.get("/ufficio/")

    (box,) = page.context["boxes"]
    assert (box.context["failed"], box.context["mails"], box.context["pending"]) == (1, 1, 0)
    text = page.content.decode()
    assert "state__exact=FAILED" in text
    assert reverse("admin:portal_mail_changelist") not in text  # messages speak of dossiers
    assert "Domande" not in text


def test_roles_are_those_of_today(as_ivo: Client, now: datetime) -> None:
    former = person("ex@ufficio.example", "Elena", *[])
    former.role_grants.create(role="SIGNATORY", since=now - timedelta(days=9), until=now)

    page = as_ivo.get(reverse("admin:portal_user_change", args=[former.pk])).content.decode()

    assert "dirigente" not in page
