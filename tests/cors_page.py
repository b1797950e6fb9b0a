"""A page of another origin, in Chromium, against each emulated API: with `--cors` its scripts send, with a preflight and
credentials, and read answers and exposed headers; without it the browser lets them read nothing."""

import http.server
import os
import shutil
import subprocess
import sys
import threading

from playwright.sync_api import sync_playwright

ADA = "f4237dd3-01ff-48d8-8d90-16c06605724f"
TENANT = "6172bb3d-e843-46bb-93a3-334505974ad9"

# For each API: method, path, body; every one needs a preflight, by its method, its media type or its token.
CALLS = {
    "pbnb": ("PATCH", "/v1/core/Accounts/2/users/1", '{"AccessTypes":["APN"]}'),
    "reseller": (
        "PATCH",
        f"/api/v1.0/accounts/{TENANT}/users/{ADA}",
        '[{"op":"replace","path":"/displayName","value":"Ada King"}]',
    ),
    "expoints": ("GET", "/external/api/v3/role", None),
    "admin-users": ("GET", "/api/v1/admin/users", None),
}

FETCH = """async ([url, method, body]) => {
  try {
    const headers = {Authorization: 'Bearer good', 'Content-Type': 'application/json'};
    const answer = await fetch(url, {method, body: body ?? undefined, headers, credentials: 'include'});
    await answer.text();
    return {status: answer.status, retryAfter: answer.headers.get('Retry-After')};
  } catch (error) { return {error: String(error)}; }
}"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>An app of another origin</title>")

    def log_message(self, *_):
        pass


def serve(binary, *flags):
    command = [binary, "serve", "--listen", "127.0.0.1:0", "--log", "warn", "--exit-with-stdin", *flags]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().split()[-1]


def main(binary):
    app = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{app.server_port}"
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    failures = []

    def check(holds, what):
        print(("ok: " if holds else "FAILED: ") + what)
        if not holds:
            failures.append(what)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(origin)
        for flags, allowed in [((), False), (("--cors", origin), True), (("--cors", "http://localhost:1"), False)]:
            process, url = serve(binary, *flags)
            for api, (method, path, body) in CALLS.items():
                outcome = page.evaluate(FETCH, [url + path, method, body])
                said = f"{api} {method} with {' '.join(flags) or 'no --cors'}: {outcome}"
                check(outcome.get("status") == 200 if allowed else "error" in outcome, said)
            if allowed:
                fault = '{"times":1,"match":{"api":"expoints"},"effect":{"status":503,"retryAfter":7}}'
                # Put there by the test, not by the page: the control API has an --allowed-origin of its own.
                control = playwright.request.new_context()
                made = control.post(
                    f"{url}/_usertwin/worlds/main/faults", data=fault, headers={"Content-Type": "application/json"}
                )
                check(made.status == 201, "a fault is made")
                outcome = page.evaluate(FETCH, [f"{url}/external/api/v3/role", "GET", None])
                check(outcome == {"status": 503, "retryAfter": "7"}, f"Retry-After can be read: {outcome}")
            process.stdin.close()
            process.wait(20)
        browser.close()
    sys.exit(1 if failures else 0)


main(sys.argv[1])
