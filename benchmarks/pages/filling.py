"""One school with ten offerings and a form that asks everything."""

import django

if __name__ == "__main__":
    django.setup()
    from hcprograms.leads.models.consent import Channel
    from tests.factories import (
        make_consent_text,
        make_institution,
        make_interest_form,
        make_offering,
        make_program,
    )

    school = make_institution(slug="benchmark")
    make_interest_form(institution=school)
    for channel in Channel.values:
        make_consent_text(institution=school, channel=channel)
    for _program in range(10):
        make_offering(program=make_program(institution=school))
