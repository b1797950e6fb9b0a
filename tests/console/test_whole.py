"""What holds for every page: accessibility, narrow screens, hostile data, many rows, the token, restarts, silence."""

import gzip
import json
import pathlib
import re
import time

import pytest
from playwright.sync_api import expect

from server import ADA, PBNB_USER, TENANT

HERE = pathlib.Path(__file__).parent
FILES = HERE.parent.parent / "src/control/console"
PAGES = ["live", "request/latest", "users", f"users/{ADA}", f"users/{ADA}?tab=edit", "worlds", "worlds/main", "faults", "clock", "outbox", "seed", "try", "drift", "metrics"]
# Text that is on a page once its data is there.
READY = {"live": ".r", "request": "article.request", "users": ".names li", "worlds": "tbody tr", "faults": "fieldset", "clock": "time", "outbox": "h2", "seed": "textarea", "try": ".names li", "drift": "h2", "metrics": ".chart"}


def ready(page, address):
    name, _, chosen = re.split(r"\?", address)[0].partition("/")
    page.locator("article" if chosen else READY[name]).first.wait_for()


def test_scripts_and_styles_stay_below_60_kb_packed(record_property):
    own = [*FILES.glob("*.js"), *FILES.glob("*.css"), *FILES.glob("*.html")]
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in own}
    vendored = sum(len(gzip.compress(path.read_bytes(), 9)) for path in (FILES / "vendor").glob("*.js"))
    record_property("console", f"{sum(sizes.values())} bytes packed in {len(sizes)} files, and {vendored} vendored")
    assert sum(sizes.values()) < 60 * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault_of_accessibility(consoles, server, world, scheme):
    server.fill(world)
    console = consoles(server, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    axe = gzip.decompress((HERE / "vendor/axe.min.js.gz").read_bytes()).decode()
    found = []
    for address in PAGES:
        page = console.open(f"{world}/{address}")
        ready(page, address)
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        found += [f"{address}: {one['id']} ({one['impact']}) {node['html'][:160]} {node.get('failureSummary', '')[:200]}" for one in result["violations"] for node in one["nodes"][:2] if one["impact"] in ("serious", "critical")]
    assert not found, "\n".join(found)


def test_every_page_can_be_used_on_a_narrow_screen(consoles, server, world):
    server.fill(world)
    console = consoles(server, viewport={"width": 380, "height": 700})
    for address in PAGES:
        page = console.open(f"{world}/{address}")
        ready(page, address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 380, f"{address} is {wide} wide"
    page = console.open(f"{world}/live")
    page.locator(".r").first.click()
    expect(page.locator("article.request")).to_be_visible()
    expect(page.get_by_role("region", name="Requests", exact=True)).to_have_count(0)
    page.get_by_role("link", name="← Requests").click()
    expect(page.locator(".r").first).to_be_visible()


# Markup, scripts, marks that turn text around, and what templates of other pages would run.
EVIL = "\u202e<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>gnp.exe\u2066{{7*7}}${7*7}javascript:alert(1)//'\"`&lt;b&gt;"


def test_hostile_data_is_only_text_everywhere(consoles, server, world):
    long = EVIL + "A" * 1_000_000
    state = server.control("GET", f"/worlds/{world}/state")
    user = next(one for one in state["users"] if one["id"] == ADA)
    user.update(username=EVIL, displayName=long, email=f"{EVIL}@example.com")
    state["users"][1]["displayName"] = EVIL
    state["reseller"]["accounts"][0]["name"] = EVIL
    state["tokens"].append({"token": EVIL, "state": "valid", "expiresAt": "2030-01-01T00:00:00Z"})
    server.control("PUT", f"/worlds/{world}/state", json=state)
    server.control("POST", f"/worlds/{world}/faults", json={"name": EVIL, "match": {"path": "/v1/*", "bodyContains": EVIL}, "effect": {"status": 500}})
    server.control("POST", f"/worlds/{world}/faults", json={"name": EVIL, "match": {"api": "expoints"}, "effect": {"body": EVIL, "contentType": "text/html"}})
    server.ask(world, "/external/api/v3/role", X_Evil=EVIL.encode(), Accept=EVIL.encode())
    server.ask(world, PBNB_USER)
    server.ask(world, f"{PBNB_USER}?q=<script>document.title='pwned'</script>")
    server.ask(world, "/<img src=x onerror=alert(1)>")
    server.ask(world, PBNB_USER, "PATCH", body=json.dumps({EVIL: EVIL, "Username": long}).encode(), Content_Type="application/json")
    server.ask(world, PBNB_USER, "PATCH", body=f"<x>{EVIL}</x>".encode(), Content_Type="application/xml")
    server.ask(world, PBNB_USER, "PATCH", body=f"{EVIL}={EVIL}".encode(), Content_Type="application/x-www-form-urlencoded")
    mail = json.dumps({"email": "evil@example.org", "displayName": EVIL, "roles": ["account.user"]})
    server.ask(world, f"/api/v1.0/accounts/{TENANT}/users", "POST", body=mail.encode(), Content_Type="application/json")
    entries = server.control("GET", f"/worlds/{world}/requests?limit=50")["requests"]
    console = consoles(server)
    tabs = [f"request/{one['id']}?{view}" for one in entries for view in ["tab=", "view=raw", "tab=headers", "tab=copy&as=http", "tab=format"]]
    addresses = ["live", f"live?q={'<img src=x onerror=1>'}", *[one for one in PAGES if one != "request/latest"], *tabs, f"request/{EVIL[:20]}", f"faults?api={EVIL[:30]}"]
    console.expects(400, 404)
    page = console.open(f"{world}/live")
    for address in addresses:
        page.evaluate("to => { location.hash = to; }", f"#/{world}/{address}")
        page.wait_for_timeout(60)
        seen = page.evaluate("""() => ({
            alien: [...document.querySelectorAll('img, iframe, object, embed, #app script, b b, [onerror], [onclick]')].length,
            links: [...document.querySelectorAll('a')].filter((one) => !/^(https?|blob):$/.test(one.protocol)).length,
            title: document.title, marks: [...document.querySelectorAll('#app *')].some((one) => [...one.childNodes].some((node) => node.nodeType === 3 && /[\\u202e\\u2066]/.test(node.data) && one.tagName !== 'TEXTAREA')),
            longest: Math.max(...[...document.querySelectorAll('#app *')].map((one) => [...one.childNodes].filter((node) => node.nodeType === 3).reduce((sum, node) => sum + node.data.length, 0))) })""")
        assert not seen["alien"] and not seen["links"], address
        assert "pwned" not in seen["title"], address
        assert not seen["marks"], f"{address} shows a mark that turns text around"
        assert seen["longest"] < 130_000, f"{address} draws {seen['longest']} characters in one place"
    page = console.open(f"{world}/users")
    expect(page.locator(".names .mark").first).to_have_text("U+202E")


def test_ten_thousand_rows_are_quick_and_few_are_drawn(consoles, servers, record_property):
    server = servers()
    server.flood(10_000)
    console = consoles(server)
    page = console.page
    page.goto("about:blank")
    began = time.monotonic()
    page.goto(f"{server.url}/_usertwin/#/main/live", wait_until="commit")
    page.locator(".r").first.wait_for()
    first = time.monotonic() - began
    expect(page.locator(".foot")).to_contain_text("10,000 requests", timeout=20000)
    whole = time.monotonic() - began
    drawn, nodes = page.locator(".r").count(), page.evaluate("document.querySelectorAll('*').length")
    record_property("10,000 rows", f"the first after {first:.2f} s, all after {whole:.2f} s; {drawn} drawn, {nodes} elements")
    assert drawn < 80 and nodes < 1500
    assert first < 5
    page.locator(".rows").evaluate("one => { one.scrollTop = one.scrollHeight; }")
    expect(page.locator(".r[aria-rowindex='10000']")).to_be_visible()
    page.locator(".rows").focus()
    page.keyboard.press("Home")
    expect(page.locator(".r[aria-rowindex='1'][aria-selected=true]")).to_be_visible()
    assert page.locator(".r").count() < 80


def test_the_token_is_asked_once_and_kept_for_the_tab(consoles, servers):
    server = servers("--control-token", "open-sesame")
    server.ask("main", PBNB_USER)
    console = consoles(server)
    console.expects(401)
    page = console.open("main/live")
    page.get_by_label("Control token").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("did not accept this token")).to_be_visible()
    page.get_by_label("Control token").fill("open-sesame")
    page.keyboard.press("Enter")
    expect(page.locator(".r")).to_have_count(1)
    server.ask("main", PBNB_USER)
    expect(page.locator(".r")).to_have_count(2)
    page.reload()
    expect(page.locator(".r")).to_have_count(2)
    expect(page.get_by_label("Control token")).to_have_count(0)
    other = consoles(server)
    other.expects(401)
    expect(other.open("main/live").get_by_label("Control token")).to_be_visible()
    assert not any("open-sesame" in url for url in console.asked), "a token has no place in an address"


def test_the_page_finds_the_server_again_after_a_restart(consoles, servers):
    server = servers()
    server.ask("main", PBNB_USER)
    console = consoles(server)
    page = console.open("main/live")
    expect(page.locator(".r")).to_have_count(1)
    server.stop()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    listen = server.url.removeprefix("http://")
    server = servers(listen=listen)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("heading", name="No requests yet")).to_be_visible()
    server.ask("main", PBNB_USER)
    expect(page.locator(".r")).to_have_count(1)
    # The browser's own words about a server that was away.
    console.wrong = [text for text in console.wrong if "ERR_CONNECTION_REFUSED" not in text and "ERR_INCOMPLETE_CHUNKED" not in text]


def test_nothing_is_asked_while_the_page_is_hidden(consoles, server, world):
    server.ask(world, PBNB_USER)
    console = consoles(server)
    page = console.page
    page.add_init_script("let hidden = false; Object.defineProperty(document, 'hidden', { get: () => hidden }); window.hide = (to) => { hidden = to; document.dispatchEvent(new Event('visibilitychange')); };")
    page.goto(f"{server.url}/_usertwin/#/{world}/metrics")
    page.locator(".chart").first.wait_for()
    page.evaluate("hide(true)")
    page.wait_for_timeout(300)
    before = len(console.asked)
    page.wait_for_timeout(2600)
    assert len(console.asked) == before
    page.evaluate("hide(false)")
    page.goto(f"{server.url}/_usertwin/#/{world}/live")
    expect(page.locator(".r")).to_have_count(1)
    page.evaluate("hide(true)")
    page.wait_for_timeout(300)
    before = len(console.asked)
    server.ask(world, PBNB_USER)
    page.wait_for_timeout(1500)
    assert len(console.asked) == before
    expect(page.locator(".r")).to_have_count(1)
    page.evaluate("hide(false)")
    expect(page.locator(".r")).to_have_count(2)


def test_focus_is_seen_wherever_tab_goes(console, server, world):
    server.fill(world)
    page = console.open(f"{world}/live")
    ready(page, "live")
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        shown = page.evaluate("(() => { const one = document.activeElement; if (!one || one === document.body) return 'none'; const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 ? '' : one.outerHTML.slice(0, 80); })()")
        if shown not in ("", "none"):
            unseen.append(shown)
    assert not unseen, unseen
