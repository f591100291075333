"""A key written in a page comes back as it was: only what people read is written as Italians write numbers."""

from django.template import Context, Template


def test_a_key_of_four_figures_goes_to_the_page_and_comes_back() -> None:
    page = Template('<input type="hidden" name="passo" value="{{ step }}">').render(Context({"step": 1715}))

    assert 'value="1715"' in page


def test_a_number_to_read_has_its_dots() -> None:
    assert Template("{% load italian %}{{ many|intero }}").render(Context({"many": 1715})) == "1.715"
