"""One request from every side."""

import json
import re

import pytest
from playwright.sync_api import expect

from server import PBNB_USER, RESELLER_USER


def opened(console, server, world, find):
    entry = next(one for one in server.fill(world) if find(one))
    return console.open(f"{world}/request/{entry['id']}"), entry


def accepts(part):
    return lambda one: any(part in value for name, value in one["request"]["headers"] if name == "accept")


@pytest.mark.parametrize(
    ("find", "side", "texts"),
    [
        (accepts("json"), "Response", ['"Data": {\n    "ID": 1,']),
        (accepts("xml"), "Response", ["\n  <Data>\n    <AccessTypes>"]),
        (accepts("bson"), "Response", ["AccountID: 2 int32", 'Username: "ada" string', "f4237dd3-01ff-48d8-8d90-16c06605724f binary 4, .NET guid"]),
    ],
    ids=["json", "xml", "bson"],
)
def test_a_body_is_laid_out_by_its_format(console, server, world, find, side, texts):
    page, _ = opened(console, server, world, find)
    shown = page.get_by_role("region", name=side, exact=True)
    for text in texts:
        expect(shown).to_contain_text(re.compile(r"\s+".join(re.escape(part) for part in text.split())))


def test_a_form_and_a_json_patch_are_tables(console, server, world):
    page, _ = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "pbnb")
    expect(page.get_by_role("row", name="Email ada@example.org")).to_be_visible()
    entry = server.control("GET", f"/worlds/{world}/requests?operation=patchUser&api=reseller")["requests"][0]
    page = console.open(f"{world}/request/{entry['id']}")
    expect(page.get_by_role("row", name='replace /displayName "Ada King"')).to_be_visible()


def test_raw_and_hex_show_the_bytes_and_are_addresses(console, server, world):
    page, _ = opened(console, server, world, accepts("bson"))
    page.get_by_role("tab", name="Hex").click()
    expect(page.locator("pre.hex")).to_contain_text("53 75 63 63 65 73 73")
    page.reload()
    expect(page.locator("pre.hex")).to_contain_text("Success")
    page.get_by_role("tab", name="Raw").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Pretty")).to_be_focused()


def test_headers_of_both_sides_are_listed(console, server, world):
    page, _ = opened(console, server, world, accepts("xml"))
    page.get_by_role("tab", name="Headers").click()
    expect(page.get_by_role("region", name="Request headers")).to_contain_text("application/xml;q=0.9, image/png")
    expect(page.get_by_role("region", name="Response headers")).to_contain_text("application/xml; charset=utf-8")


def test_negotiation_names_the_format_that_won_and_why(console, server, world):
    page, _ = opened(console, server, world, accepts("xml"))
    page.get_by_role("tab", name="Negotiation").click()
    panel = page.get_by_role("tabpanel", name="Negotiation")
    expect(panel.locator("dd").first).to_contain_text("application/xml")
    expect(panel.locator("tr.won")).to_contain_text("application/xml")
    expect(panel.get_by_role("row", name="image/png")).to_contain_text("none")


def test_the_changes_of_a_request_stand_before_and_after(console, server, world):
    page, _ = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "pbnb")
    page.get_by_role("tab", name="Changes").click()
    row = page.get_by_role("row").filter(has=page.get_by_text("username", exact=True))
    expect(row.locator(".before")).to_have_text("ada")
    expect(row.locator(".after")).to_have_text("countess")


def test_advice_comes_with_what_the_real_service_does(console, server, world):
    page, _ = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "pbnb")
    card = page.locator(".advice").filter(has_text="pbnb.member-not-updatable")
    card.get_by_text("What the real service does").click()
    expect(card.locator("details p")).to_contain_text(re.compile(r"\w+ \w+ \w+"))


FORMS = ["curl", ".http", "Hurl", "C# HttpClient", "Python", "fetch", "HAR"]


def test_a_request_is_copied_in_seven_forms(console, server, world):
    page, entry = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "pbnb")
    page.get_by_role("tab", name="Copy as").click()
    for form in FORMS:
        page.get_by_role("tab", name=form, exact=True).click()
        page.get_by_role("button", name=f"Copy {form}", exact=True).click()
        text = console.copied(form)
        assert f"{server.url}/w/{world}{entry['path']}" in text, form
        assert "Bearer good" in text and "Username=countess" in text, form
        if form == "HAR":
            assert json.loads(text)["log"]["entries"][0]["response"]["status"] == 200
        if form == "Python":
            shown = {}
            exec(text, {"print": lambda *parts: shown.update(parts=parts)})
            assert shown["parts"][0] == 200
        if form == "fetch":
            assert page.evaluate(f"(async () => {{ let said; const console = {{ log: (status) => {{ said = status; }} }}; {text}; return said; }})()") == 200


def test_a_verification_is_written_in_five_languages(console, server, world):
    page, _ = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "reseller")
    page.get_by_role("button", name="Make a verification").click()
    for kit in ["pytest", "Node", "JUnit", "Go", "curl"]:
        page.get_by_role("tab", name=kit, exact=True).click()
        shown = page.get_by_role("tabpanel", name="Verify").locator("pre")
        expect(shown).to_contain_text("patchUser")
        expect(shown).to_contain_text("reseller")
    expect(page.get_by_text("Satisfied now")).to_be_visible()


def test_a_request_is_sent_again(console, server, world):
    page, _ = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "pbnb")
    before = server.control("GET", f"/worlds/{world}/requests")["total"]
    page.get_by_role("button", name="Send again").click()
    page.get_by_role("textbox", name="Body").fill("Username=lovelace")
    page.get_by_role("button", name="Send", exact=True).click()
    answer = page.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("200")
    assert server.control("GET", f"/worlds/{world}/requests")["total"] == before + 1
    assert server.ask(world, PBNB_USER).json()["Data"]["Username"] == "lovelace"
    answer.get_by_role("link", name="Its entry in the journal").click()
    expect(page.locator("article.request h2")).to_contain_text(PBNB_USER)


def test_a_fault_is_made_from_a_request(console, server, world):
    page, _ = opened(console, server, world, lambda one: one["method"] == "PATCH" and one["api"] == "reseller")
    page.get_by_role("link", name="Make a fault").click()
    expect(page.get_by_role("combobox", name="operation", exact=True)).to_have_value("patchUser")
    page.get_by_role("button", name="Add fault").click()
    expect(page.locator(".faults li").filter(has_text="patchUser")).to_have_count(1)
    assert server.ask(world, RESELLER_USER, "PATCH", body="[]", Content_Type="application/json-patch+json").status_code == 503
