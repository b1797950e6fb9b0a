#!/usr/bin/env python3
"""Makes the recordings in this folder anew: `record.py BINARY MITMDUMP` records a usertwin, so they are synthetic.

`mitmproxy.har` is what mitmproxy's own `hardump` writes, as a reverse proxy with TLS. `playwright.har` is what
`recordHar` writes of Chromium's requests through that proxy, so over HTTP/2; `chromium.har` holds the same requests in the
form in which Chromium's developer tools export them, made from what its protocol reports: their own export has no command.
Needs playwright and a Chromium, named in $CHROMIUM or found."""

import base64
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from datetime import datetime, timezone

from playwright.sync_api import sync_playwright

HERE = pathlib.Path(__file__).parent
TENANT = "6172bb3d-e843-46bb-93a3-334505974ad9"
JSON, XML, BSON, FORM = "application/json", "application/xml", "application/bson", "application/x-www-form-urlencoded"
USERS = "/v1/core/Accounts/2/users"

# Method, path, accepted media type, media type and body. What a page asks for: sign-in, reading, a creation in each API,
# a form, a patch, a list of bodies, refusals, an empty answer.
REQUESTS = [
    ("GET", f"{USERS}/1", JSON, None, None),
    ("GET", f"{USERS}/1", XML, None, None),
    ("GET", f"{USERS}/1", BSON, None, None),
    ("POST", USERS, JSON, JSON, '{"Username":"katherine","Email":"katherine@example.com"}'),
    ("PATCH", f"{USERS}/1", JSON, FORM, "Username=countess&Email=ada%40example.org&PasswordInfo.MaxDenials=3"),
    ("GET", f"{USERS}/9999", XML, None, None),
    ("DELETE", f"{USERS}/2", JSON, None, None),
    ("GET", f"/api/v1.0/accounts/{TENANT}/users", JSON, None, None),
    ("POST", f"/api/v1.0/accounts/{TENANT}/users", JSON, JSON, '{"email":"grace@example.com","displayName":"Grace Hopper","roles":[]}'),
    ("PATCH", f"/api/v1.0/accounts/{TENANT}/users/f4237dd3-01ff-48d8-8d90-16c06605724f", JSON, "application/json-patch+json", '[{"op":"replace","path":"/displayName","value":"Ada King é"}]'),
    ("POST", "/tenant/oauth2/v2.0/token", JSON, FORM, "client_id=app&client_secret=secret&scope=api%3A%2F%2Fx%2F.default&grant_type=client_credentials"),
    ("PUT", "/external/api/v3/user", JSON, JSON, '[{"Username":"jan","Type":"Internal","Roles":[]},{"Username":"nobody","Type":"Internal","Roles":[]}]'),
    ("GET", "/external/api/v3/role", BSON, None, None),
    ("GET", "/api/v2/admin/users", XML, None, None),
    ("GET", "/api/v1/admin/users/nonsense", JSON, None, None),
    ("GET", "/v1/core/nothing", JSON, None, None),
]

# The fetches of a page, one after the other.
FETCH = """async ([base, requests]) => {
  for (const [method, path, accept, type, body] of requests) {
    const headers = {Accept: accept, Authorization: 'Bearer good'};
    if (type) headers['Content-Type'] = type;
    await (await fetch(base + path, {method, headers, body: body ?? undefined, cache: 'no-store'})).arrayBuffer();
  }
}"""


class Page(http.server.BaseHTTPRequestHandler):
    """Another origin, so that the browser asks before it sends."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A client app</title>")

    def log_message(self, *_):
        pass


def served():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def started(command, pattern):
    """A program, and what its first line that fits says."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if found := re.search(pattern, line):
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return process, found.group(1)
    raise SystemExit(f"{command[0]} did not start")


def pairs(headers):
    return [{"name": name, "value": value} for name, value in headers.items()]


def moment(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Tools:
    """Chromium's protocol, written down as its developer tools export it, authorization and cookies left out as by default."""

    def __init__(self, session):
        self.session, self.order, self.seen = session, [], {}
        for event in ("requestWillBeSent", "requestWillBeSentExtraInfo", "responseReceived", "responseReceivedExtraInfo", "loadingFinished"):
            session.on(f"Network.{event}", lambda told, event=event: self.told(event, told))
        session.send("Network.enable")

    def told(self, event, told):
        number = told["requestId"]
        if number not in self.seen:
            self.order.append(number)
        self.seen.setdefault(number, {})[event] = told

    def archive(self):
        entries = [self.entry(self.seen[number]) for number in self.order if "responseReceived" in self.seen[number]]
        return {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": entries}}

    def entry(self, told):
        sent, response = told["requestWillBeSent"], told["responseReceived"]["response"]
        request, wire = sent["request"], told.get("requestWillBeSentExtraInfo", {})
        answered = told.get("responseReceivedExtraInfo", {}).get("headers", response["headers"])
        url = urllib.parse.urlsplit(request["url"])
        version = {"h2": "http/2.0"}.get(response.get("protocol"), response.get("protocol"))
        headers = {name: value for name, value in wire.get("headers", request["headers"]).items() if name.lower() not in ("authorization", "cookie")}
        if version == "http/2.0":
            pseudo = {":authority": url.netloc, ":method": request["method"], ":path": url.path, ":scheme": url.scheme}
            headers = {**pseudo, **{name.lower(): value for name, value in headers.items() if not name.startswith(":")}}
        try:
            body = self.session.send("Network.getResponseBody", {"requestId": sent["requestId"]})
        except Exception:
            body = {"body": "", "base64Encoded": False}
        length = len(base64.b64decode(body["body"])) if body["base64Encoded"] else len(body["body"].encode())
        content = {"size": length, "mimeType": response["mimeType"], "text": body["body"]}
        if body["base64Encoded"]:
            content["encoding"] = "base64"
        shown = {
            "method": request["method"], "url": request["url"], "httpVersion": version, "headers": pairs(headers),
            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": len(request.get("postData", "").encode()),
        }
        if "postData" in request:
            mime = {name.lower(): value for name, value in request["headers"].items()}.get("content-type", "")
            shown["postData"] = {"mimeType": mime, "text": request["postData"]}
            if mime == FORM:
                fields = [one.partition("=") for one in request["postData"].split("&")]
                shown["postData"]["params"] = [{"name": name, "value": value} for name, _, value in fields]
        return {
            "_connectionId": str(response["connectionId"]), "_initiator": sent["initiator"], "_priority": request["initialPriority"],
            "_resourceType": sent.get("type", "Other").lower(), "cache": {}, "connection": "443", "request": shown,
            "response": {
                "status": response["status"], "statusText": response["statusText"], "httpVersion": version,
                "headers": pairs({name: value for name, value in answered.items() if name.lower() != "set-cookie"}),
                "cookies": [], "content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1,
                "_transferSize": int(told.get("loadingFinished", {}).get("encodedDataLength", 0)), "_error": None,
                "_fetchedViaServiceWorker": False,
            },
            "serverIPAddress": "127.0.0.1", "startedDateTime": moment(sent["wallTime"]), "time": 1,
            "timings": {"blocked": -1, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 1, "receive": 0, "_blocked_queueing": -1},
        }


def tidy(path, archive):
    """One form, without what names the machine: whoever reads a difference of these files sees a difference."""
    for entry in archive["log"]["entries"]:
        if "_initiator" in entry:
            entry["_initiator"] = {"type": entry["_initiator"]["type"]}
    # One entry a line; of the browser's questions before requests, the first.
    entries = archive["log"].pop("entries")
    asked = [entry for entry in entries if entry["request"]["method"] == "OPTIONS"]
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries if entry not in asked[1:]]
    text = json.dumps(archive, ensure_ascii=False).removesuffix("}}") + ', "entries": [\n' + ",\n".join(lines) + "\n]}}"
    for port, name in PORTS.items():
        text = text.replace(f"127.0.0.1:{port}", name)
    path.write_text(text + "\n")


PORTS = {}

# What stands in front of a service: it ends TLS and says so, and compresses; archives then name the coding and hold the
# body as it was before.
IN_FRONT = "def request(flow):\n    flow.request.headers['X-Forwarded-Proto'] = 'https'\n\n\ndef response(flow):\n    if flow.response.content:\n        flow.response.encode('gzip')\n"


def main(binary, mitmdump):
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    app = served()
    twin, url = started([binary, "serve", "--listen", "127.0.0.1:0", "--log", "off", "--cors", app], r"listening on (\S+)")
    with tempfile.TemporaryDirectory() as folder:
        dump = pathlib.Path(folder, "dump.har")
        script = pathlib.Path(folder, "in_front.py")
        script.write_text(IN_FRONT)
        command = [mitmdump, "--mode", f"reverse:{url}", "--listen-host", "127.0.0.1", "--listen-port", "0", "--set", f"confdir={folder}", "--set", f"hardump={dump}", "--set", "keep_host_header=true", "-s", str(script)]
        proxy, port = started(command, r"listening at \S*?:(\d+)")
        base = f"https://127.0.0.1:{port}"
        PORTS.update({port: "vendor.example", app.rpartition(":")[2]: "app.example", url.rpartition(":")[2]: "vendor.example"})
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
                kept = pathlib.Path(folder, "playwright.har")
                context = chromium.new_context(ignore_https_errors=True, record_har_path=kept, record_har_content="embed")
                context.add_cookies([{"name": "ARRAffinity", "value": "c0ffee", "url": base}])
                page = context.new_page()
                page.goto(app)
                tools = Tools(context.new_cdp_session(page))
                page.evaluate(FETCH, [base, REQUESTS])
                time.sleep(0.5)
                tidy(HERE / "chromium.har", tools.archive())
                context.close()
                tidy(HERE / "playwright.har", json.loads(kept.read_text()))
                chromium.close()
        finally:
            proxy.terminate()
            proxy.wait(20)
            twin.terminate()
            twin.wait(20)
        tidy(HERE / "mitmproxy.har", json.loads(dump.read_text()))


if __name__ == "__main__":
    main(*sys.argv[1:])
