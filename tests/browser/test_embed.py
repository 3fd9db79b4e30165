"""A form inside a site of another origin: two hosts on loopback, third-party cookies blocked."""

import gzip
import json
import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.hosts import running_host
from tests.browser.site import query, read_leads

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATIC = Path("hcprograms/static/hcprograms")


@pytest.fixture
def host():
    with running_host("localhost") as host:
        yield host


@pytest.fixture
def form(site, host):
    """The public id of the sample form, which only ``host`` may embed."""
    query(
        site.database,
        "UPDATE hcprograms_interestform SET allowed_hosts = ?, closes_at = NULL",
        json.dumps([host.netloc]),
    )
    ((public_id,),) = query(
        site.database, "SELECT public_id FROM hcprograms_interestform WHERE kind = 'information'"
    )
    return str(UUID(public_id))


def element(site, form, extra=""):
    return (
        f'<script src="{site.url}/embed/hc-form.js" async></script>'
        f'<hc-form form="{form}" {extra}><a href="{site.url}/ask/x/">Ask us</a></hc-form>'
    )


def fill(page, frame, name):
    frame.get_by_label("Your name").fill(name)
    frame.get_by_label("Email address").fill("ada@applicant.example")
    frame.get_by_role("button", name=re.compile("Send")).click()


def test_embed_captures_with_the_page_and_campaign_of_the_host(site, host, form, browser):
    host.policy = f"default-src 'none'; script-src {site.url}; frame-src {site.url}"
    host.put("/about", "<h1>About us</h1>" + element(site, form))
    page = browser.new_page()
    address = f"{host.url}/about?utm_source=fair&utm_medium=qr"
    page.goto(address)
    frame = page.frame_locator("iframe")

    fill(page, frame, "Ada Cross-Origin")

    expect(frame.get_by_text("Your request has arrived")).to_be_visible()
    assert read_leads(site.database)["Ada Cross-Origin"] == {
        "page": address,
        "landing": address,
        "utm_source": "fair",
        "utm_medium": "qr",
    }
    assert page.context.cookies() == []
    page.close()


def test_embed_tells_on_which_page_of_the_host_the_visit_began(site, host, form, browser):
    script = f'<script src="{site.url}/embed/hc-form.js" async></script>'
    host.put("/home", f'{script}<a href="/about">About us</a>')
    host.put("/about", element(site, form))
    page = browser.new_page()
    page.goto(f"{host.url}/home?utm_source=poster", referer="https://search.example/")

    page.get_by_role("link", name="About us").click()
    frame = page.frame_locator("iframe")
    fill(page, frame, "Bea Began Elsewhere")

    expect(frame.get_by_text("Your request has arrived")).to_be_visible()
    assert read_leads(site.database)["Bea Began Elsewhere"] == {
        "page": f"{host.url}/about",
        "landing": f"{host.url}/home?utm_source=poster",
        "referrer": "https://search.example/",
        "utm_source": "poster",
    }
    page.close()


def test_embed_is_as_high_as_its_content(site, host, form, browser):
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto(host.put("/", element(site, form)))
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("button", name=re.compile("Send"))).to_be_visible()
    before = page.locator("iframe").bounding_box()["height"]

    frame.get_by_label("Your name").fill("Ada")
    frame.get_by_label("Email address").fill("ada@nowhere")
    frame.get_by_role("button", name=re.compile("Send")).click()  # errors make it longer

    inner = "document.documentElement.scrollHeight - innerHeight"
    page.wait_for_function(
        "h => document.querySelector('hc-form').shadowRoot"
        ".querySelector('iframe').offsetHeight > h",
        arg=before,
    )
    page.wait_for_timeout(300)
    assert page.frames[1].evaluate(inner) <= 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.close()


def test_browser_validation_is_not_needed_for_errors_to_come_back(site, host, form, browser):
    page = browser.new_page()
    page.goto(host.put("/", element(site, form)))
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your name").fill("Ada Typed")
    frame.get_by_label("Email address").fill("ada@nowhere")

    frame.get_by_role("button", name=re.compile("Send")).click()

    expect(frame.get_by_label("Your name")).to_have_value("Ada Typed")
    expect(frame.locator(".hcp-errors")).to_be_visible()
    fill(page, frame, "Ada Typed")
    expect(frame.get_by_text("Your request has arrived")).to_be_visible()
    assert read_leads(site.database)["Ada Typed"]["page"] == f"{host.url}/"
    page.close()


def test_two_embeds_on_a_page_both_work(site, host, form, browser):
    page = browser.new_page()
    page.goto(host.put("/", element(site, form) + element(site, form)))
    second = page.frame_locator("hc-form:nth-of-type(2) iframe")

    fill(page, second, "Second Frame")

    expect(second.get_by_text("Your request has arrived")).to_be_visible()
    expect(
        page.frame_locator("hc-form:nth-of-type(1) iframe").get_by_label("Your name")
    ).to_be_visible()
    page.close()


def test_host_that_is_not_allowed_shows_no_form_and_tells_the_owner(site, host, form, browser):
    with running_host("localhost") as stranger:
        page = browser.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(stranger.put("/", element(site, form)))

        page.wait_for_function(
            "!document.querySelector('hc-form').shadowRoot.querySelector('iframe')"
        )

        assert any(stranger.netloc in one and "Sites that may embed it" in one for one in said)
        expect(page.get_by_role("link", name="Ask us")).to_be_visible()
        assert page.locator("form").count() == 0
        page.close()


def test_link_stands_in_where_scripts_are_blocked(site, host, form, browser):
    page = browser.new_page(java_script_enabled=False)
    page.goto(host.put("/", element(site, form)))

    expect(page.get_by_role("link", name="Ask us")).to_be_visible()
    page.close()


def test_plain_frame_without_any_script_captures(site, host, form, browser):
    page = browser.new_page(java_script_enabled=False)
    frame = f'<iframe src="{site.url}/embed/{form}/" width="100%" height="1400"></iframe>'
    page.goto(host.put("/plain", frame))

    fill(page, page.frame_locator("iframe"), "No Script")

    expect(page.frame_locator("iframe").get_by_text("Your request has arrived")).to_be_visible()
    assert read_leads(site.database)["No Script"]["page"].startswith(host.url)
    page.close()


def test_embed_wears_the_theme_and_scheme_of_the_host(site, host, form, browser):
    page = browser.new_page(color_scheme="dark")
    style = "<style>hc-form { --hcp-accent: rgb(120, 20, 90); --hcp-radius: url(x) }</style>"
    page.goto(host.put("/", element(site, form), style))
    button = page.frame_locator("iframe").get_by_role("button", name=re.compile("Send"))

    expect(button).to_have_css("background-color", "rgb(120, 20, 90)")
    text = page.frame_locator("iframe").locator("h2").first
    expect(text).to_have_css("color", "rgb(27, 35, 40)")  # the host is light, whatever the system
    page.evaluate(
        "document.documentElement.style.colorScheme = 'dark'; "
        "document.querySelector('hc-form').open()"
    )
    expect(text).to_have_css("color", "rgb(232, 236, 238)")
    page.close()


def test_embed_on_a_page_in_another_language_says_that_it_is_english(site, host, form, browser):
    page = browser.new_page()
    page.goto(host.put("/", f'<div lang="ar">{element(site, form)}</div>'))

    html = page.frame_locator("iframe").locator("html")
    expect(html).to_have_attribute("lang", re.compile("^en"))
    expect(html).to_have_attribute("dir", "ltr")
    page.close()


def test_all_that_an_embed_loads_is_small():
    files = [*STATIC.glob("h*.js"), STATIC / "frame.js", STATIC / "hcprograms.css"]

    size = sum(len(gzip.compress(path.read_bytes())) for path in files)

    assert size < 15_000
