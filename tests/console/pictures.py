"""Writes docs/images: every page of the console with a little of everything in it."""

import io
import json
import pathlib
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

import conftest
from server import ADA, PBNB_USER, RESELLER_USER, TENANT, Server

OUT = pathlib.Path(__file__).parents[2] / "docs/images"


def busy(server):
    for world in ["main", "checkout-7", "nightly"]:
        server.fill(world)
    server.ask("main", PBNB_USER, "PATCH", body='{"Usename":"ada"}', Content_Type="application/json")
    server.ask("main", RESELLER_USER, "PATCH", body='[{"op":"replace","path":"/roles","value":["account.user"]}]', Content_Type="application/json-patch+json")
    server.ask("main", "/external/api/v3/user")
    server.ask("main", f"{PBNB_USER}?expand=resourceIDs", Accept="application/bson")
    mail = json.dumps({"email": "grace@example.org", "displayName": "Grace Hopper", "roles": ["account.user"]})
    server.ask("main", f"/api/v1.0/accounts/{TENANT}/users", "POST", body=mail, Content_Type="application/json")
    server.control("POST", "/worlds/main/faults", json={"name": "slow roles", "match": {"api": "expoints", "operation": "listRoles"}, "effect": {"delayMs": {"min": 200, "max": 800}}})
    server.control("POST", "/worlds/main/faults", json={"name": "too many", "match": {"api": "reseller"}, "effect": {"rateLimit": {"requests": 100, "perSeconds": 60}}})
    state = server.control("GET", "/worlds/nightly/state")
    for name, end in [("issued-to-app", "2030-03-28T09:12:49Z"), ("issued-to-ada", "2030-03-28T16:12:49Z"), ("refresh", "2030-04-27T08:12:49Z")]:
        state["tokens"].append({"token": name, "state": "valid", "apis": ["pbnb"], "expiresAt": end})
    server.control("PUT", "/worlds/nightly/state", json=state)
    server.control("PUT", "/worlds/nightly/clock", json={"now": "2030-03-28T08:12:49Z", "frozen": True})


def small(png, path):
    """A palette of 128 colours is enough for text and lines."""
    try:
        from PIL import Image
    except ImportError:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pillow"], check=True)
        from PIL import Image
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path, path.stat().st_size)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    server = Server()
    try:
        busy(server)
        found = server.control("GET", "/worlds/main/requests?operation=patchUser&api=pbnb&limit=5")["requests"][0]["id"]
        binary = [one["id"] for one in server.control("GET", "/worlds/main/requests?api=pbnb&limit=50")["requests"] if "base64" in ((one["response"] or {}).get("body") or {})][-1]
        addresses = {
            "live": f"main/live/{found}", "request": f"main/request/{binary}", "users": f"main/users/{ADA}", "worlds": "main/worlds/main", "faults": "main/faults?api=pbnb&operation=getUser", "clock": "nightly/clock",
            "outbox": "main/outbox", "seed": "main/seed", "try": "main/try", "metrics": "main/metrics", "empty": "fresh/live",
        }
        server.control("POST", "/worlds", json={"name": "fresh"})
        with sync_playwright() as playwright:
            name = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=name, args=["--no-sandbox"])
            for scheme, names in [("light", list(addresses)), ("dark", ["live", "users"])]:
                console = conftest.Console(browser, server, viewport={"width": 1200, "height": 760}, color_scheme=scheme)
                for one in names:
                    page = console.open(addresses[one])
                    page.wait_for_timeout(1200)
                    if one == "seed":
                        box = page.get_by_role("textbox", name="State document")
                        box.fill(box.input_value().replace('"maxDenials"', '"maxDenails"', 1))
                        page.get_by_role("button", name="Line 18").first.click()
                    if one == "users":
                        page.locator(".faces").get_by_text('"ada@example.com"').first.hover() if page.locator(".faces").get_by_text('"ada@example.com"').count() else None
                    if one == "try":
                        page.get_by_role("button", name="Send", exact=True).click()
                        page.wait_for_timeout(800)
                    if one == "metrics":
                        for turn in range(14):
                            for _ in range(1 + (turn * 7) % 11):
                                server.ask("main", "/external/api/v3/role", Accept="image/png")
                                server.ask("main", PBNB_USER)
                            page.wait_for_timeout(1000)
                    small(page.screenshot(), OUT / f"console-{one}{'-dark' if scheme == 'dark' else ''}.png")
                console.close()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
