"""The text of one draft adapted: the preview, the act and its snapshot say it; the call and other drafts do not."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from applications.models import Firm
from portal.kernel.machine import IllegalTransition
from portal.models import User
from portal.services import clock, documents
from portal.services.uploads.pdf_words import words
from tests.conftest import Desk
from vouchers.documents import decrees as papers
from vouchers.domain import adapting, decrees, drafts, signing
from vouchers.domain.adapting import TextChanged, adapt
from vouchers.models import Decree
from vouchers.rules.decree_content import DecreeContent, content_of
from vouchers.rules.decree_personal import cover_of
from vouchers.rules.decree_redaction import publication_copy
from vouchers.rules.decree_texts import BadText

OWN = "di concedere {amount_total} a n. {admitted_count} imprese, per ordine di arrivo;"


@pytest.fixture
def draft(desk: Desk, firm: Firm) -> Decree:
    desk.admitted(firm)
    desk.fund()
    return compose(desk)


def compose(desk: Desk) -> Decree:
    return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())


def change(desk: Desk, draft: Decree, actor: User | None = None, **wanted: list[str]) -> Decree:
    seen = adapting.fingerprint(draft)
    return adapt(draft, wanted, seen=seen, actor=actor or desk.officer, now=desk.tick())


def unnumbered(content: DecreeContent) -> DecreeContent:
    return replace(content, protocol="", act="", closing=content.closing[1:], footer="")


def test_the_preview_is_the_final_text_and_both_say_the_new_words(desk: Desk, draft: Decree) -> None:
    row = change(desk, draft, ritenuto=[OWN], subject=["Concessione - {ordinal} provvedimento"])
    preview = drafts.read(row, signatory=desk.signatory, now=desk.tick()).content
    assert preview is not None

    signed = signing.sign(row, actor=desk.signatory, clock=clock.story_clock(desk.tick()))

    final = content_of(signed.snapshot)
    assert unnumbered(final) == unnumbered(preview)
    assert final.subject == "Concessione - primo provvedimento"
    said = next(group.items for group in final.premises if group.label == "RITENUTO")
    assert said == ("di concedere 10.500,00\u00a0€ a n. 1 imprese, per ordine di arrivo;",)
    kept = signed.snapshot["adapted"]
    assert kept["decree"] == {"ritenuto": [OWN], "subject": ["Concessione - {ordinal} provvedimento"]}
    assert kept["call"]["ritenuto"] == list(adapting.call_text(signed).ritenuto)
    assert papers.render(signed).document


def test_an_unadapted_draft_has_the_words_of_the_call_and_nothing_more(desk: Desk, draft: Decree) -> None:
    """The control."""
    signed = signing.sign(draft, actor=desk.signatory, clock=clock.story_clock(desk.tick()))

    assert "adapted" not in signed.snapshot
    assert adapting.changes_of(signed) == []


def test_an_address_and_marked_words_of_an_adapted_text_are_not_published(desk: Desk, draft: Decree) -> None:
    row = change(
        desk,
        draft,
        ritenuto=["RSSMRA80A01F205X, residente in Via Roma 1, IBAN IT60X0542811101000000123456, [[teste]];"],
    )
    signed = signing.sign(row, actor=desk.signatory, clock=clock.story_clock(desk.tick()))

    papers.render(signed)
    signed.refresh_from_db()

    act, copy = ("".join(words(documents.read(file))) for file in (signed.document, signed.publication))
    assert "residente in Via Roma 1, IBAN IT60X0542811101000000123456, teste;" in " ".join(act.split())
    assert "omissis, residente in omissis, IBAN omissis, omissis;" in " ".join(copy.split())
    for secret in (b"Via Roma", b"teste"):
        assert secret not in documents.read(signed.publication)


def test_a_decree_frozen_before_there_were_covers_is_covered_as_it_was(desk: Desk, draft: Decree) -> None:
    row = change(desk, draft, ritenuto=["residente in Via Roma 1;"])
    signed = signing.sign(row, actor=desk.signatory, clock=clock.story_clock(desk.tick()))
    older = {name: value for name, value in signed.snapshot.items() if name != "publication"}

    assert publication_copy(content_of(older), cover_of(older)) == publication_copy(content_of(older))
    assert "Via Roma 1" in str(publication_copy(content_of(older), cover_of(older)))
    assert "Via Roma 1" not in str(publication_copy(content_of(older), cover_of(signed.snapshot)))


def test_the_call_and_the_next_decree_are_as_they_were(desk: Desk, draft: Decree, other_firm: Firm) -> None:
    before = adapting.call_text(draft)
    row = change(desk, draft, ritenuto=[OWN])
    signing.sign(row, actor=desk.signatory, clock=clock.story_clock(desk.tick()))
    desk.admitted(other_firm)
    desk.fund()

    after = compose(desk)

    assert after.texts is None
    assert adapting.call_text(after) == before


def test_back_to_the_words_of_the_call(desk: Desk, draft: Decree) -> None:
    row = change(desk, draft, ritenuto=[OWN])
    assert len(adapting.changes_of(row)) == 1

    row = change(
        desk, row, **{name: list(blocks) for name, blocks in adapting.sections(adapting.call_text(row)).items()}
    )

    assert row.texts is None
    assert list(row.events.values_list("event", flat=True)) == ["draft", "adapt", "adapt"]


def test_who_adapts_does_not_sign(desk: Desk, draft: Decree) -> None:
    desk.signatory.role_grants.create(role="CASE_OFFICER", since=desk.officer.role_grants.get().since)
    row = change(desk, draft, actor=desk.signatory, ritenuto=[OWN])

    with pytest.raises(signing.DecreeRefused, match="adattato il testo"):
        signing.sign(row, actor=desk.signatory, clock=clock.story_clock(desk.tick()))


def test_a_signed_text_is_adapted_no_more(desk: Desk, draft: Decree) -> None:
    signed = signing.sign(draft, actor=desk.signatory, clock=clock.story_clock(desk.tick()))

    with pytest.raises(IllegalTransition):
        change(desk, signed, ritenuto=[OWN])
    with pytest.raises(IntegrityError, match="signed and cannot change"), transaction.atomic():
        Decree.objects.filter(pk=signed.pk).update(texts={"ritenuto": [OWN]})


def test_roles_that_do_not_compose_do_not_adapt(desk: Desk, draft: Decree, ivo: User, anna: User) -> None:
    for person in (desk.signatory, ivo, anna):
        with pytest.raises(IllegalTransition):
            change(desk, draft, actor=person, ritenuto=[OWN])


def test_two_who_adapt_at_once_do_not_erase_each_other(desk: Desk, draft: Decree) -> None:
    seen = adapting.fingerprint(draft)
    adapt(draft, {"ritenuto": [OWN]}, seen=seen, actor=desk.officer, now=desk.tick())

    with pytest.raises(TextChanged):
        adapt(draft, {"ritenuto": ["di altro;"]}, seen=seen, actor=desk.manager, now=desk.tick())

    draft.refresh_from_db()
    assert draft.texts == {"ritenuto": [OWN]}


def test_a_name_that_no_decree_knows_is_refused_before_it_is_kept(desk: Desk, draft: Decree) -> None:
    with pytest.raises(BadText, match="importo_totale"):
        change(desk, draft, ritenuto=["di dare {importo_totale};"])

    draft.refresh_from_db()
    assert draft.texts is None


def test_a_draft_composed_again_says_what_it_left_behind(desk: Desk, draft: Decree) -> None:
    row = change(desk, draft, ritenuto=[OWN])
    decrees.discard(row, actor=desk.manager, reason="Da rifare", now=desk.tick())

    again = compose(desk)

    assert adapting.left_behind(again) == row
    again = change(desk, again, **{name: list(blocks) for name, blocks in adapting.blocks_of(row).items()})
    assert again.texts == {"ritenuto": [OWN]}
    assert adapting.left_behind(again) is None


def test_a_code_typed_in_the_text_is_covered_in_the_publication(desk: Desk, draft: Decree) -> None:
    row = change(desk, draft, ritenuto=["di concedere a RSSMRA80A01H501U quanto chiesto;"])

    content = drafts.read(row, signatory=desk.signatory, now=desk.tick()).content

    assert content is not None
    assert "RSSMRA80A01H501U" not in str(publication_copy(content))
