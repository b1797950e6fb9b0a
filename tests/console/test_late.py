"""Answers that come late, after the page has asked or sent something newer: they must not undo it. Each test holds one
answer back and lets it go at the end."""

import re

from playwright.sync_api import expect

from server import PBNB_USER


class Held:
    """The first answer to a kind of request, held back until it is let go."""

    def __init__(self, page, address, wanted):
        self.page, self.wanted, self.route, self.answer = page, wanted, None, None
        page.route(address, self.meet)

    def meet(self, route):
        if self.route is None and self.wanted(route.request):
            self.route, self.answer = route, route.fetch()
        else:
            route.continue_()

    def wait(self):
        for _ in range(80):
            if self.answer:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("no such request was sent")

    def let_go(self):
        """Returns once the page has drawn whatever it makes of the answer."""
        self.wait()
        with self.page.expect_event("requestfinished", lambda request: request == self.route.request):
            self.route.fulfill(response=self.answer)
        self.page.wait_for_timeout(200)


def test_a_late_refusal_of_an_earlier_token_does_not_ask_again(consoles, servers):
    server = servers("--control-token", "open-sesame")
    server.ask("main", PBNB_USER)
    console = consoles(server)
    console.expects(401)
    page = console.page
    held = Held(page, "**/_usertwin/apis", lambda request: request.headers.get("authorization") == "Bearer wrong")
    console.open("main/live")
    page.get_by_label("Control token").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("did not accept this token")).to_be_visible()
    page.get_by_label("Control token").fill("open-sesame")
    page.keyboard.press("Enter")
    expect(page.locator(".r .api")).to_have_text("PBNB accounts")
    held.let_go()
    expect(page.get_by_label("Control token")).to_have_count(0)
    expect(page.locator(".r .api")).to_have_text("PBNB accounts")


def test_a_late_list_does_not_bring_back_a_removed_fault(console, server, world):
    server.control("POST", f"/worlds/{world}/faults", json={"name": "flaky", "effect": {"status": 503}})
    page = console.open(f"{world}/faults")
    card = page.locator(".card").filter(has_text="flaky")
    expect(card).to_be_visible()
    held = Held(page, "**/faults", lambda request: request.method == "GET")
    held.wait()
    page.get_by_role("button", name="Remove flaky").click()
    expect(card).to_have_count(0)
    held.let_go()
    assert card.count() == 0, "until the next poll"


def test_a_late_reading_does_not_let_a_frozen_clock_run(console, server, world):
    page = console.open(f"{world}/clock")
    freeze = page.get_by_role("button", name="Freeze", exact=True)
    expect(freeze).to_be_visible()
    held = Held(page, "**/clock", lambda request: request.method == "GET")
    held.wait()
    freeze.click()
    run = page.get_by_role("button", name="Let it run")
    expect(run).to_be_visible()
    held.let_go()
    assert run.is_visible(), "until the next reading"


def test_a_late_page_of_users_is_not_added_to_another_search(console, server, world):
    state = server.control("GET", f"/worlds/{world}/state")
    state["users"] += [{"username": f"many{number}", "email": f"many{number}@example.org", "pbnb": {"userId": 5000 + number}} for number in range(130)]
    server.control("PUT", f"/worlds/{world}/state", json=state)
    page = console.page
    held = Held(page, "**/users?*", lambda request: "after=" in request.url)
    console.open(f"{world}/users")
    page.get_by_role("button", name="More users").click()
    held.wait()
    page.get_by_role("searchbox", name="Search users").fill("lovelace")
    names = page.get_by_role("region", name="Users").locator(".names li")
    expect(names).to_have_count(1)
    held.let_go()
    expect(names).to_have_count(1)


def test_a_late_check_says_nothing_about_a_newer_seed(console, server, world):
    page = console.page
    held = Held(page, "**/check", lambda request: "e-mail" in (request.post_data or ""))
    console.open(f"{world}/seed")
    editor = page.get_by_role("textbox", name="State document")
    expect(editor).to_have_value(re.compile("users"))
    text = editor.input_value()
    editor.fill(text.replace('"email"', '"e-mail"', 1))
    held.wait()
    editor.fill(text)
    expect(page.get_by_text("no problems", exact=True)).to_be_visible()
    held.let_go()
    expect(page.get_by_text("no problems", exact=True)).to_be_visible()
