"""The journal as it grows."""

import re

import pytest
from playwright.sync_api import expect

from server import PBNB_USER


def rows(page):
    return page.locator(".r")


def test_an_empty_journal_shows_an_address_and_a_command_for_each_api(console, server, world):
    server.control("POST", "/worlds", json={"name": world})
    page = console.open(f"{world}/live")
    expect(page.get_by_role("heading", name="No requests yet")).to_be_visible()
    apis = server.control("GET", "/apis")["apis"]
    assert len(apis) >= 4
    for api in apis:
        expect(page.get_by_role("heading", name=api["title"], exact=True)).to_be_visible()
        page.get_by_role("button", name=f"Copy curl for {api['title']}").click()
        assert f"{server.url}/w/{world}/" in console.copied(f"curl for {api['title']}")


def test_a_new_request_appears_by_itself_with_its_advice_under_the_line(console, server, world):
    server.ask(world, PBNB_USER)
    page = console.open(f"{world}/live")
    expect(rows(page)).to_have_count(1)
    server.ask(world, PBNB_USER, "PATCH", body='{"Usename":"x"}', Content_Type="application/json")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("json.unknown-member")
    expect(rows(page).first).to_contain_text("'Usename' is not a member")


@pytest.mark.parametrize(
    ("chip", "kept", "address"),
    [
        ("With advice", lambda one: one["advice"], "advice=any"),
        ("Fault applied", lambda one: one["fault"], "fault=1"),
        ("Unmatched", lambda one: not one["operation"], "unmatched=1"),
        ("5xx", lambda one: one["status"] >= 500, "status=5"),
    ],
    ids=["advice", "fault", "unmatched", "status"],
)
def test_a_filter_narrows_the_list_and_is_an_address(console, server, world, chip, kept, address):
    entries = server.fill(world)
    wanted = sum(1 for one in entries if kept(one))
    assert 0 < wanted < len(entries)
    page = console.open(f"{world}/live")
    expect(rows(page)).to_have_count(len(entries))
    page.get_by_role("button", name=chip, exact=True).click()
    expect(rows(page)).to_have_count(wanted)
    expect(page).to_have_url(re.compile(re.escape(address)))
    page.reload()
    expect(rows(page)).to_have_count(wanted)
    page.get_by_role("button", name="Clear filters").click()
    expect(rows(page)).to_have_count(len(entries))


def test_the_list_is_filtered_by_api_and_by_text(console, server, world):
    entries = server.fill(world)
    page = console.open(f"{world}/live")
    page.get_by_label("API", exact=True).select_option("pbnb")
    expect(rows(page)).to_have_count(sum(1 for one in entries if one["api"] == "pbnb"))
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Filter by text").fill("member-not-updatable")
    expect(rows(page)).to_have_count(1)


def test_everything_is_done_by_keys(console, server, world):
    entries = server.fill(world)[::-1]
    page = console.open(f"{world}/live")
    expect(rows(page)).to_have_count(len(entries))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".r[aria-selected=true]")).to_have_attribute("id", f"r-{entries[1]['id']}")
    expect(page).to_have_url(re.compile(entries[1]["id"]))
    page.keyboard.press("c")
    assert entries[1]["path"] in console.copied("curl command")
    page.keyboard.press("/")
    page.keyboard.type("flaky-nothing")
    expect(rows(page)).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("article.request h2")).to_contain_text(entries[1]["path"])
    expect(page).to_have_url(re.compile(f"/request/{entries[1]['id']}"))
    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page.get_by_role("region", name="Users")).to_be_visible()


def test_a_paused_list_holds_what_comes_until_it_goes_on(console, server, world):
    server.ask(world, PBNB_USER)
    page = console.open(f"{world}/live")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    server.ask(world, PBNB_USER)
    expect(page.get_by_role("button", name="Resume · 1 new")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Resume · 1 new").click()
    expect(rows(page)).to_have_count(2)


def test_clear_asks_and_empties_the_journal(console, server, world):
    server.fill(world)
    page = console.open(f"{world}/live")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert server.control("GET", f"/worlds/{world}/requests")["total"] > 0
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Clear").click()
    expect(page.get_by_role("heading", name="No requests yet")).to_be_visible()
    assert server.control("GET", f"/worlds/{world}/requests")["total"] == 0


def test_all_worlds_are_followed_at_once(console, server, world):
    server.ask(f"{world}-a", PBNB_USER)
    page = console.open("*/live")
    mine = page.locator(".r").filter(has_text=world)
    expect(mine).to_have_count(1)
    server.ask(f"{world}-b", PBNB_USER)
    expect(mine).to_have_count(2)
    mine.first.click()
    expect(page.locator("article.request .facts")).to_contain_text(f"world {world}-b")


def test_before_a_request_is_chosen_the_advice_is_summed_up(console, server, world):
    server.fill(world)
    page = console.open(f"{world}/live")
    page.get_by_role("button", name="pbnb.member-not-updatable").click()
    expect(rows(page)).to_have_count(1)
