"""Users, worlds, faults, clock, outbox, seed, try it, metrics: the main job of each."""

import json
import re

from playwright.sync_api import expect

from server import ADA, PBNB_USER, TENANT


def test_users_are_searched_and_shown_with_all_faces(console, server, world):
    server.ask(world, PBNB_USER)
    page = console.open(f"{world}/users")
    expect(page.locator(".names li")).to_have_count(12)
    page.get_by_role("searchbox", name="Search users").fill("lovelace")
    expect(page.locator(".names li")).to_have_count(1)
    page.locator(".names a").click()
    faces = page.locator(".faces section")
    expect(faces).to_have_count(len(server.control("GET", "/apis")["apis"]))
    page.locator(".faces").get_by_text('"ada@example.com"').first.hover()
    expect(page.locator(".faces.lit-email")).to_be_visible()
    assert page.locator(".faces [data-member=email]").count() >= 3
    assert len({one for one in page.locator(".faces [data-member=email]").evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")}) == 1
    page.get_by_role("tab", name="bson").click()
    expect(page.get_by_role("region", name="PBNB accounts")).to_contain_text("int32")
    expect(page.get_by_role("region", name="Reseller")).to_contain_text("Not offered as bson")
    assert server.control("GET", f"/worlds/{world}/requests")["total"] == 1, "looking at faces is no request"


def test_a_wrong_user_document_shows_the_problem_at_its_line(console, server, world):
    console.expects(400, 422)
    page = console.open(f"{world}/users/{ADA}?tab=edit")
    editor = page.get_by_role("textbox", name="User document")
    expect(editor).to_have_value(re.compile("maxDenials"))
    text = editor.input_value()
    line = next(i for i, one in enumerate(text.split("\n"), 1) if '"maxDenials"' in one)
    editor.fill(text.replace('"maxDenials"', '"maxDenails"'))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name=f"Line {line}", exact=True).click()
    page.wait_for_function("one => one.value.slice(one.selectionStart, one.selectionEnd).includes('maxDenails')", arg=editor.element_handle())
    editor.fill(text.replace("Ada Lovelace", "Countess of Lovelace"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("User saved")).to_be_visible()
    assert server.control("GET", f"/worlds/{world}/users/{ADA}")["displayName"] == "Countess of Lovelace"


def test_a_user_is_made_and_deleted(console, server, world):
    page = console.open(f"{world}/users")
    page.get_by_role("link", name="New").click()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("article.user h2")).to_contain_text("new.user")
    assert len(server.control("GET", f"/worlds/{world}/users?search=new.user")["users"]) == 1
    page.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("User deleted")).to_be_visible()
    assert not server.control("GET", f"/worlds/{world}/users?search=new.user")["users"]


def test_a_world_is_forked_compared_kept_reset_and_dropped(console, server, world):
    page = console.open("main/worlds")
    page.get_by_role("textbox", name="Name of the new world").fill(world)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=world)).to_be_visible()
    expect(page.get_by_text("Nothing differs.")).to_be_visible()
    server.ask(world, PBNB_USER, "PATCH", body='{"Username":"countess"}', Content_Type="application/json")
    page.reload()
    row = page.get_by_role("region", name="Changes").get_by_role("row").filter(has_text="username")
    expect(row.locator(".before")).to_have_text("ada")
    expect(row.locator(".after")).to_have_text("countess")
    listed = page.get_by_role("region", name="List of worlds").get_by_role("row").filter(has_text=world)
    expect(listed.locator("td").nth(1)).to_have_text("1")
    page.get_by_role("button", name="Snapshot").click()
    expect(page.get_by_role("link", name=re.compile(rf"{world[:43]}\.snap-"))).to_be_visible()
    page.get_by_role("button", name="Reset to the seed").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Nothing differs.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download state").click()
    document = json.loads(open(download.value.path(), encoding="utf-8").read())
    document["users"] = document["users"][:2]
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload state").click()
    chooser.value.set_files({"name": "state.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()})
    expect(page.get_by_text("State replaced")).to_be_visible()
    assert len(server.control("GET", f"/worlds/{world}/users")["users"]) == 2
    page.get_by_role("button", name="Drop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Drop").click()
    expect(page.get_by_text(f"{world} dropped")).to_be_visible()
    assert world not in [one["name"] for one in server.control("GET", "/worlds")["worlds"]]


def test_worlds_are_dropped_by_a_pattern(console, server):
    for name in ["drop-1", "drop-2", "kept-drop-1"]:
        server.control("POST", "/worlds", json={"name": name})
    page = console.open("main/worlds")
    page.get_by_role("textbox", name="Pattern of worlds to drop").fill("drop-*")
    page.get_by_role("button", name="Drop 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Drop").click()
    expect(page.get_by_text("2 worlds dropped")).to_be_visible()
    names = [one["name"] for one in server.control("GET", "/worlds")["worlds"]]
    assert "kept-drop-1" in names and "drop-1" not in names and "drop-2" not in names


def test_a_fault_is_tried_added_counted_and_removed(console, server, world):
    server.fill(world)
    page = console.open(f"{world}/faults")
    page.get_by_role("button", name="Unavailable").click()
    page.get_by_role("combobox", name="api", exact=True).select_option("adminUsers")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("status").filter(has_text="would have matched 1")).to_be_visible()
    page.get_by_role("button", name="Add fault").focus()
    page.keyboard.press("Enter")
    card = page.locator(".faults li").filter(has_text="Admin users")
    expect(card).to_contain_text("matched 0")
    assert server.ask(world, "/api/v1/admin/users").status_code == 503
    expect(card).to_contain_text("applied 1")
    card.get_by_role("button", name="Remove").click()
    expect(card).to_have_count(0)
    assert server.ask(world, "/api/v1/admin/users").status_code == 200


def test_the_form_of_a_fault_has_every_member_of_the_schema(console, server, world):
    page = console.open(f"{world}/faults")
    schemas = server.control("GET", "/openapi/control.json")["components"]["schemas"]
    page.get_by_role("button", name="Add fault").wait_for()
    labels = set(page.locator("fieldset .field > span").all_inner_texts())
    members = [*schemas["Match"]["properties"], *schemas["Effect"]["properties"], "name", "skip", "times", "probability"]
    missing = [name for name in members if not any(label == name or label.startswith(f"{name}.") for label in labels)]
    assert not missing


def test_the_clock_is_frozen_moved_and_let_go(console, server, world):
    page = console.open(f"{world}/clock")
    page.get_by_role("button", name="Freeze", exact=True).click()
    expect(page.locator(".bigclock")).to_contain_text("frozen")
    before = server.control("GET", f"/worlds/{world}/clock")
    assert before["frozen"]
    page.get_by_role("textbox", name="Set to").fill("2024-03-28T08:12:49Z")
    page.keyboard.press("Enter")
    expect(page.locator("time")).to_contain_text("2024-03-28 08:12:49")
    page.get_by_role("button", name="+1 hour").click()
    expect(page.locator("time")).to_contain_text("09:12:49")
    page.get_by_role("button", name="Real time").click()
    expect(page.locator(".bigclock")).to_contain_text("real time")
    assert not server.control("GET", f"/worlds/{world}/clock")["frozen"]


def test_the_clock_lists_what_expires_and_goes_past_it(console, server, world):
    state = server.control("GET", f"/worlds/{world}/state")
    state["tokens"].append({"token": "short", "state": "valid", "expiresAt": "2030-01-01T00:00:00Z"})
    server.control("PUT", f"/worlds/{world}/state", json=state)
    page = console.open(f"{world}/clock")
    page.get_by_role("row", name="short").get_by_role("button", name="Go past it").click()
    expect(page.locator("time")).to_contain_text("2030-01-01 00:00:01")
    assert server.ask(world, PBNB_USER, token="short").status_code == 401


def test_a_mail_is_listed_and_its_link_followed(console, server, world):
    user = json.dumps({"email": "grace@example.org", "displayName": "Grace", "roles": ["account.user"]})
    sent = server.ask(world, f"/api/v1.0/accounts/{TENANT}/users", "POST", body=user, Content_Type="application/json")
    mails = server.control("GET", f"/worlds/{world}/outbox")["mails"]
    assert mails, f"no mail after {sent.status_code} {sent.text}"
    page = console.open(f"{world}/outbox")
    mail = page.locator(".mails li").filter(has_text=mails[0]["to"])
    expect(mail).to_have_count(1)
    mail.get_by_role("button", name="Copy link").click()
    assert console.copied("link") == mails[0]["link"]


def test_a_wrong_seed_shows_its_problems_by_line_and_a_right_one_is_tried(console, server, world):
    page = console.open(f"{world}/seed")
    editor = page.get_by_role("textbox", name="State document")
    expect(editor).to_have_value(re.compile("users"))
    text = editor.input_value()
    line = next(i for i, one in enumerate(text.split("\n"), 1) if '"email"' in one)
    editor.fill(text.replace('"email"', '"e-mail"', 1))
    problem = page.get_by_role("button", name=f"Line {line}", exact=True)
    expect(problem.first).to_be_visible()
    editor.fill(text.replace("Ada Lovelace", "Ada of the new world"))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("no problems", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Name of the new world").fill(f"{world[:50]}-2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Users")).to_be_visible()
    assert server.control("GET", f"/worlds/{world[:50]}-2/users/{ADA}")["displayName"] == "Ada of the new world"


def test_a_replaced_state_is_what_the_editor_shows(console, server, world):
    page = console.open(f"{world}/seed")
    editor = page.get_by_role("textbox", name="State document")
    expect(editor).to_have_value(re.compile("Ada Lovelace"))
    editor.fill(editor.input_value().replace("Ada Lovelace", "Ada of the new state"))
    page.get_by_role("button", name=f"Replace {world}").click()
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="State replaced")).to_be_visible()
    expect(editor).to_have_value(re.compile("Ada of the new state"))


def test_an_operation_of_each_api_is_tried_as_it_stands(console, server, world):
    apis = server.control("GET", "/apis")["apis"]
    for api in apis:
        page = console.open(f"{world}/try?api={api['name']}")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("region", name="Answer").locator(".status")).to_have_text("200")
    page.get_by_role("link", name="Its documentation").wait_for()
    assert server.control("GET", f"/worlds/{world}/requests")["total"] == len(apis)


def test_metrics_are_drawn_as_they_come(console, server, world):
    page = console.open("main/metrics")
    expect(page.locator(".chart").first).to_be_visible()
    for _ in range(20):
        server.ask(world, PBNB_USER, "PATCH", body='{"Usename":"x"}', Content_Type="application/json")
    expect(page.get_by_role("img", name="Requests per second")).to_be_visible()
    expect(page.locator(".chart").filter(has_text="Requests per second").locator("rect").first).to_be_attached()
    expect(page.locator(".chart").filter(has_text="New advice").locator("rect").first).to_be_attached()
    expect(page.locator(".chart").filter(has_text="Mean latency").locator("polyline, circle").first).to_be_attached()
