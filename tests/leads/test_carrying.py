"""A campaign’s marks on their way through the pages, without cookie or script."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.leads.attribution import MAX_CARRIED, describe_carried, drop_addresses
from hcprograms.leads.carrying import add_marks
from tests.leads.asking import all_leads, make_school

MARKS = "utm_source=fair&utm_landing=%2Fprograms%2F"


def is_ours(path):
    return path.startswith("/programs/")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/programs/x/">', '<a href="/programs/x/?utm_source=fair&amp;'),
        ('<a class="y" href="/programs/?q=1#z">', "/programs/?q=1&amp;utm_source=fair&amp;"),
        ('<a href="?page=2">', '<a href="?page=2&amp;utm_source=fair&amp;'),
        ('<form method="post" action="/programs/">', 'action="/programs/?utm_source=fair&amp;'),
        (
            '<form method="get" action="/x/"><b></b></form>',
            '<form method="get" action="/x/"><input type="hidden" name="utm_source" value="fair">',
        ),
    ],
)
def test_links_and_forms_within_the_plugin_hand_marks_on(html, expected):
    changed = add_marks(html, carried=MARKS, is_ours=is_ours)

    assert expected in changed


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://elsewhere.example/programs/">',
        '<a href="//elsewhere.example/programs/">',
        '<a href="/admin/">',
        '<a href="#content">',
        '<a href="mailto:ask@school.example?subject=x">',
        '<a href="/programs/?utm_source=other">',
        '<link rel="canonical" href="/programs/">',
        '<form method="get" action="/x/"><input name="utm_source" value="a"></form>',
        '<article href="/programs/">',
    ],
)
def test_other_addresses_stay_as_they_are(html):
    assert add_marks(html, carried=MARKS, is_ours=is_ours) == html


def test_fragment_stays_at_the_end():
    changed = add_marks('<a href="/programs/#z">', carried="utm_source=a", is_ours=is_ours)

    assert changed == '<a href="/programs/?utm_source=a#z">'


def test_first_page_is_handed_on_and_not_replaced_by_the_next():
    first = describe_carried(QueryDict("utm_source=fair&q=x"), path="/programs/")
    second = describe_carried(QueryDict(first), path="/match/")

    assert first == second == MARKS


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=x",
        "utm_source=",
        "utm_other=1",
        "utm_source=ada%40applicant.example",
        "utm_landing=%2Fx%2F",
    ],
)
def test_without_campaign_nothing_is_handed_on(query):
    assert describe_carried(QueryDict(query), path="/programs/") == ""


@pytest.mark.parametrize("landing", ["//evil", "/\\evil", "https://evil", "javascript:x", "/a@b"])
def test_first_page_is_a_path_of_ours_or_the_pages_own(landing):
    query = QueryDict(mutable=True)
    query.update({"utm_source": "fair", "utm_landing": landing})

    assert describe_carried(query, path="/programs/") == MARKS


@given(st.dictionaries(st.sampled_from(["utm_source", "utm_term", "utm_content"]), st.text()))
def test_whatever_the_marks_say_the_address_stays_short_and_without_controls(told):
    query = QueryDict(mutable=True)
    query.update(told)

    carried = describe_carried(query, path="/programs/")

    assert len(carried) <= MAX_CARRIED
    assert not re.search(r"[\s\"'<>@]|%0[0AaDd]|%40", carried)


def test_long_marks_drop_the_last_ones_first():
    query = QueryDict(mutable=True)
    query.update({"utm_source": "中" * 150, "utm_medium": "中" * 150})

    assert describe_carried(query, path="/") == "utm_source=" + "%E4%B8%AD" * 150


def test_hostile_marks_stay_inside_their_attribute():
    changed = add_marks(
        '<form method="get"><a href="/programs/">',
        carried=describe_carried(QueryDict('utm_source="><script>x</script>'), path="/"),
        is_ours=is_ours,
    )

    assert "<script" not in changed
    assert 'value="&quot;&gt;&lt;script&gt;' in changed


def test_parameters_with_an_email_address_are_dropped():
    told = "https://x.example/a?id=3&mail=ada%40x.example"

    assert drop_addresses(told) == "https://x.example/a?id=3"
    assert drop_addresses("https://x.example/a?id=%33") == "https://x.example/a?id=%33"
    assert drop_addresses("https://[") == "https://["


PAGES = {
    "match": [],
    "match_results": [],
    "programs": [],
    "roles": [],
    "guide": [],
    "tuition": [],
}


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
@pytest.mark.parametrize("name", PAGES)
def test_every_public_page_leads_on_with_the_campaign(client, name):
    make_school()

    html = client.get(reverse(f"hcprograms:{name}") + "?utm_source=fair").content.decode()

    pages = r"/(?:match|programs|compare|tuition|roles|guide|ask)/[^\"#]*"
    links = re.findall(rf'<(?:a|form)\b[^>]*\s(?:href|action)="({pages})', html)
    assert links
    assert [one for one in links if "utm_source=fair" not in one] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
def test_page_without_campaign_has_no_marks(client):
    make_school()

    html = client.get(reverse("hcprograms:programs") + "?q=care").content.decode()

    assert "utm_" not in html


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
class TestSubmit:
    def test_campaign_in_the_address_gives_the_first_page(self, client, school):
        client.post(f"{school.address}?{MARKS}", school.typed())

        (lead,) = all_leads()
        assert lead.attribution == {
            "utm_source": "fair",
            "landing": "https://admissions.example/programs/",
        }
        assert lead.source == "fair"

    def test_referrer_of_the_first_page_is_told_by_the_script(self, client, school):
        client.post(
            school.address,
            school.typed(referrer="https://search.example/?q=mha&me=a%40b.example"),
            headers={"referer": "http://testserver/ask/"},
        )

        (lead,) = all_leads()
        assert lead.attribution == {"referrer": "https://search.example/?q=mha"}
        assert lead.source == "search.example"

    @pytest.mark.parametrize(
        "told", ["javascript:alert(1)", "http://testserver/x", "https://admissions.example/", "x"]
    )
    def test_referrer_that_is_no_other_site_is_left_out(self, client, school, told):
        client.post(school.address, school.typed(referrer=told))

        assert all_leads()[0].attribution == {}

    def test_mark_with_an_email_address_is_not_kept(self, client, school):
        client.post(
            f"{school.address}?utm_source=mail&utm_term=ada@applicant.example", school.typed()
        )

        assert all_leads()[0].attribution == {"utm_source": "mail"}

    def test_page_with_errors_keeps_where_the_visit_came_from(self, client, school):
        told = school.typed(email="x", referrer="https://search.example/")
        html = client.post(f"{school.address}?{MARKS}", told).content.decode()

        assert 'name="referrer" value="https://search.example/"' in html
        assert 'name="landing" value="https://admissions.example/programs/"' in html
        assert f'action="{school.address}?{MARKS.replace("&", "&amp;")}"' in html
