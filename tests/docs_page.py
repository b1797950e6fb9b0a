"""Drives the page of the OpenAPI documents through the DevTools protocol: every document is shown, one request to each
API is tried with the page's own button and answered by the server, nothing is loaded from elsewhere, and the page's
policy stops nothing."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from websockets.sync.client import connect

# For each document: an operation, values for its inputs, and a status that the server answers it with.
TRIES = {
    "pbnb": ("get", "/v1/core/Accounts/{accId}/users/{usrId}", {"accId": "2", "usrId": "1"}, 200),
    "reseller": (
        "patch",
        "/v1.0/accounts/{accountTenantId}/users/{userId}",
        {
            "accountTenantId": "6172bb3d-e843-46bb-93a3-334505974ad9",
            "userId": "f4237dd3-01ff-48d8-8d90-16c06605724f",
        },
        200,
    ),
    "expoints": ("put", "/external/api/v3/user", {}, None),
    "admin-users": ("put", "/api/v1/admin/users/{id}", {"id": "f4237dd3-01ff-48d8-8d90-16c06605724f"}, None),
    "control": ("get", "/worlds", {}, 200),
}
# A token endpoint, whose example has a code that is good for once.
ELSEWHERE = {
    "reseller": ("post", "/connect/token", {}, 400),
}
PATIENCE = 30


def chromium(profile):
    """A headless Chromium and the address of its DevTools."""
    name = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not name:
        sys.exit("no chromium here: install it, or name one in $CHROMIUM")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"]
    command = [name, *flags, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("DevTools listening on "):
            return process, line.split(" on ")[1].strip()
    sys.exit("chromium does not start")


class Tab:
    """A tab of a browser, driven over its DevTools socket."""

    def __init__(self, socket):
        self.socket, self.number, self.session, self.events = socket, 0, None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv(timeout=PATIENCE))
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def run(self, script):
        wrapped = f"(async () => {{ {script} }})()"
        answer = self.ask("Runtime.evaluate", expression=wrapped, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", answer))
        return answer["result"].get("value")

    def until(self, script, what):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if value := self.run(script):
                return value
            time.sleep(0.1)
        sys.exit(f"waited in vain for {what}")


FIND = """
const requests = [...document.getElementById("doc").shadowRoot.querySelectorAll("api-request")];
const request = requests.find((one) => one.method === METHOD && one.path === PATH);
"""


def tried(tab, url, name, request):
    """Shows a document and tries a request of it; returns the status the server answered with."""
    method, path, values, _ = request
    find = FIND.replace("METHOD", json.dumps(method)).replace("PATH", json.dumps(path))
    tab.ask("Page.navigate", url=f"{url}/_usertwin/docs?api={name}")
    ready = find + "return !!request && !!request.shadowRoot.querySelector('[part~=btn-try]');"
    tab.until("if (!document.getElementById('doc')?.shadowRoot) return false;" + ready, f"the document {name}")
    tab.until(ready, f"the button of {name}")
    before = len(tab.events)
    tab.run(
        find
        + f"const values = {json.dumps(values)};"
        + """
        for (const input of request.shadowRoot.querySelectorAll('.request-param[data-ptype=path]')) {
            if (!(input.dataset.pname in values)) throw new Error(`no value for ${input.dataset.pname}`);
            input.value = values[input.dataset.pname];
        }
        request.shadowRoot.querySelector('[part~=btn-try]').click();"""
    )
    tab.until(find + "return request.responseMessage !== '' && request.responseText !== undefined;", f"{name}'s answer")
    tab.run("await new Promise((done) => setTimeout(done, 200)); return true;")
    received = [e["params"]["response"] for e in tab.events[before:] if e.get("method") == "Network.responseReceived"]
    answers = [response for response in received if "/_usertwin/docs" not in response["url"]]
    if len(answers) != 1 or not answers[0]["url"].startswith(url + "/"):
        sys.exit(f"{name}: expected one answer of the server, got {[a['url'] for a in answers]}")
    print(f"{name}: {method.upper()} {answers[0]['url'].removeprefix(url)} answered {answers[0]['status']}")
    return answers[0]["status"]


def complaints(events, url):
    """What the page should not do: log errors of its own, be stopped by its policy, ask other hosts."""
    for event in events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            asked = parameters["request"]["url"]
            if not asked.startswith((url + "/", "data:", "blob:", "about:")):
                yield f"asked {asked}"
        if method == "Runtime.exceptionThrown":
            yield parameters["exceptionDetails"].get("exception", {}).get("description", "an exception")
        if method == "Log.entryAdded" and "Content Security Policy" in parameters["entry"]["text"]:
            yield parameters["entry"]["text"]


def main(binary):
    command = [binary, "serve", "--listen", "127.0.0.1:0", "--log", "off"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip().removeprefix("usertwin listening on ")
    wrong = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser, address = chromium(profile)
        try:
            with connect(address, max_size=None) as socket:
                tab = Tab(socket)
                for name, request in [*TRIES.items(), *ELSEWHERE.items()]:
                    status, expected = tried(tab, url, name, request), request[3]
                    if not 200 <= status < 500 or status in (401, 404, 405) or expected not in (None, status):
                        wrong.append(f"{name} answered {status}")
                wrong.extend(complaints(tab.events, url))
        finally:
            browser.terminate()
            browser.wait(10)
            server.terminate()
            server.wait(15)
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main(sys.argv[1])
