"""Drift: a recording is opened, its causes are shown with both sides, one is accepted, and the list is kept."""

import json
import re

from playwright.sync_api import expect

from server import PBNB_USER


def recording(server, world, tmp_path, change=lambda text: text):
    """What the world's journal holds, as a file, its answers changed."""
    archive = server.control("GET", f"/worlds/{world}/requests.har")
    for entry in archive["log"]["entries"]:
        entry["request"]["url"] = entry["request"]["url"].replace(f"/w/{world}", "")
        entry["response"]["content"]["text"] = change(entry["response"]["content"].get("text", ""))
    file = tmp_path / "recording.har"
    file.write_text(json.dumps(archive))
    return file


def choose(page, button, file):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(file)


def test_causes_are_shown_with_both_sides_and_accepted_with_a_reason(console, server, world, tmp_path):
    for accept in ("application/json", "application/xml"):
        server.ask(world, PBNB_USER, Accept=accept)
    server.ask(world, "/external/api/v3/role")
    changed = recording(server, world, tmp_path, lambda text: text.replace("ada@example.com", "ada@example.org").replace("Beheer", "<b>Baas</b>"))
    before = server.control("GET", f"/worlds/{world}/requests")["total"]
    page = console.open(f"{world}/drift")
    choose(page, "Open a recording", changed)
    causes = page.get_by_role("region", name="Causes")
    expect(causes.get_by_text("3 exchanges compared: 0 the same, 2 causes")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show pbnb tree: Email")).click()
    expect(page.get_by_role("region", name="There")).to_have_text("ada@example.org")
    expect(page.get_by_role("region", name="Here", exact=True)).to_have_text("ada@example.com")
    page.get_by_role("textbox", name="Reason").fill("the domain has moved")
    page.get_by_label("Accepted until").fill("2099-01-31")
    page.get_by_role("textbox", name="Reason").press("Enter")
    expect(causes.get_by_text("accepted", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show expoints")).click()
    expect(page.get_by_role("region", name="There")).to_have_text("<b>Baas</b>")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download accepted causes").click()
    kept = json.loads(open(download.value.path()).read())
    assert kept == [{"cause": "pbnb tree: Email has another value", "reason": "the domain has moved", "until": "2099-01-31"}]
    assert server.control("GET", f"/worlds/{world}/requests")["total"] == before, "a replay is no request to a world"
    list_ = tmp_path / "accepted.json"
    list_.write_text(json.dumps([{"cause": one, "reason": "known"} for one in ("pbnb tree: Email has another value", "expoints tree: Name has another value", "pbnb tree: Gone only there")]))
    choose(page, "Open accepted causes", list_)
    expect(causes.get_by_text("accepted", exact=True)).to_have_count(2)
    expect(causes.get_by_text("'pbnb tree: Gone only there' is accepted (known) but nothing differs by it any more")).to_be_visible()


def test_the_same_recording_shows_none_and_what_is_no_recording_is_refused(console, server, world, tmp_path):
    server.ask(world, PBNB_USER)
    page = console.open(f"{world}/drift")
    choose(page, "Open a recording", recording(server, world, tmp_path))
    expect(page.get_by_text("1 exchange compared: 1 the same, 0 causes")).to_be_visible()
    wrong = tmp_path / "wrong.har"
    wrong.write_text("[]")
    choose(page, "Open a recording", wrong)
    expect(page.get_by_text("is no HTTP Archive")).to_be_visible()
