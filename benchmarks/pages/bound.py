"""Prints the milliseconds of rendering a bound form with errors: ours, then crispy's own."""

import statistics
import time
from collections.abc import Callable

import django
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict
from django.template import engines

django.setup()

from benchmarks.pages.peer import loaded  # noqa: E402 models need the apps
from hcprograms.leads.forms import RequestForm  # noqa: E402

ROUNDS = 40


def main() -> None:
    page, offerings = loaded()
    ours = engines["django"].from_string("{% load hcprograms %}{% hcp_form form %}")

    def make_form() -> RequestForm:
        form = RequestForm(
            QueryDict("name=&email=nobody&phone=1&country=US&message=Hello"),
            form=page.form,
            consents=page.consents,
            today=page.now.date(),
            load_offerings=lambda: offerings,
        )
        assert form.errors
        return form

    pairs = []
    for _round in range(ROUNDS):
        forms = make_form(), make_form()
        pairs.append(
            (
                clock(lambda form=forms[0]: ours.render({"form": form})),
                clock(lambda form=forms[1]: render_crispy_form(form, form.helper)),
            )
        )
    print(*(statistics.median(each) for each in zip(*pairs, strict=True)))


def clock(render: Callable[[], object]) -> float:
    started = time.perf_counter()
    render()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
