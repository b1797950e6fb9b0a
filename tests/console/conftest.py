"""One server and one browser for all tests, a world and a page for each. Whatever a test does, its page must log no
error, throw nothing, break no rule of its policy, and ask no other host."""

import os
import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from server import Server

expect.set_options(timeout=8000)


def pytest_terminal_summary(terminalreporter):
    """What was measured, from every worker."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties if report.when == "call" else []:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def server():
    one = Server()
    yield one
    one.stop()


@pytest.fixture(scope="session")
def browser():
    name = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert name, "no chromium here: install it, or name one in $CHROMIUM"
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=name, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def world(request):
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())[:60].strip("-")


class Console:
    """A tab with the console in it, and everything that went wrong there."""

    def __init__(self, browser, server, **options):
        self.server = server
        options = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light", **options}
        self.context = browser.new_context(**options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.wrong, self.asked, self.refusals = [], [], ()
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"thrown: {error}"))
        self.page.on("request", self.sent)

    def heard(self, message):
        text = message.text
        if message.type in ("error", "warning"):
            self.wrong.append(text)

    def sent(self, request):
        self.asked.append(request.url)
        if not request.url.startswith((self.server.url + "/", "blob:", "data:")):
            self.wrong.append(f"asked {request.url}")

    def open(self, address):
        """Opens an address such as `main/live`, as a bookmark does."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.server.url}/_usertwin/#/{address}")
        return self.page

    def copied(self, what):
        """The clipboard, once the page has said that `what` is in it: a click returns before the browser has written it."""
        expect(self.page.get_by_role("status").filter(has_text=re.compile(f"^Copied {re.escape(what)}$"))).to_be_visible()
        return self.page.evaluate("navigator.clipboard.readText()")

    def expects(self, *statuses):
        """The browser logs each refused request by itself; the test says which ones it provokes."""
        self.refusals += statuses

    def close(self):
        self.context.close()
        provoked = tuple(f"the server responded with a status of {status}" for status in self.refusals)
        return [text for text in self.wrong if not (provoked and any(one in text for one in provoked))]


@pytest.fixture
def servers():
    """Servers of the test's own."""
    started = []

    def start(*flags, **options):
        started.append(Server(*flags, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


# After `servers`, so that its tabs close before the servers stop: an open tab would log that its server is gone.
@pytest.fixture
def consoles(browser, servers):
    opened = []

    def make(server, **options):
        opened.append(Console(browser, server, **options))
        return opened[-1]

    yield make
    wrong = [text for one in opened for text in one.close()]
    assert not wrong, wrong


@pytest.fixture
def console(consoles, server):
    return consoles(server)
