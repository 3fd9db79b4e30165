"""``{% hcp_form %}``: with a crispy template pack and with nothing but Django."""

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override


class Question(forms.Form):
    name = forms.CharField(help_text="As on your passport.")
    agree = forms.BooleanField(required=False)
    levels = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )


@pytest.fixture(params=["bootstrap5", None], ids=["crispy", "plain"])
def pack(request, settings):
    """With a crispy template pack, and without one."""
    if request.param is None:
        del settings.CRISPY_TEMPLATE_PACK
    return request.param


def render(form):
    return Template("{% load hcprograms %}{% hcp_form form %}").render(Context({"form": form}))


def test_form_has_no_form_element_and_no_token_of_its_own(pack):
    content = render(Question())

    assert "<form" not in content
    assert "csrfmiddlewaretoken" not in content
    assert 'class="hcp-errors"' not in content


def test_error_is_summed_up_and_tied_to_its_field(pack):
    content = render(Question({}))

    assert '<a href="#div_id_name">Name</a>: This field is required.' in content
    assert 'id="div_id_name"' in content
    assert 'aria-invalid="true"' in content
    assert 'aria-describedby="id_name_helptext id_name_error"' in content
    assert 'id="id_name_error"' in content
    assert 'id="id_name_helptext"' in content


def test_group_of_boxes_has_a_legend(pack):
    content = render(Question())

    assert content.count("<fieldset") == 1
    assert "<legend" in content


def test_error_of_the_whole_form_is_in_the_summary(pack):
    form = Question({"name": "Ada"})
    form.add_error(None, "Not today.")

    assert "<li>Not today.</li>" in render(form)


def test_typed_markup_is_escaped(pack):
    content = render(Question({"name": '"><script>'}))

    assert "<script>" not in content


def test_form_with_values_leaves_nothing_to_the_next(pack):
    render(Question({"name": "Ada"}))

    assert "Ada" not in render(Question())


def test_form_follows_the_language(pack):
    with override("en"):
        english = render(Question({}))
    with override("de"):
        german = render(Question({}))

    assert "This field is required." in english
    assert "This field is required." not in german
