"""A server of its own for the tests, and clients that fill its journal."""

import os
import socket
import subprocess

import requests

ADA = "f4237dd3-01ff-48d8-8d90-16c06605724f"
TENANT = "6172bb3d-e843-46bb-93a3-334505974ad9"
PBNB_USER = "/v1/core/Accounts/2/users/1"
RESELLER_USER = f"/api/v1.0/accounts/{TENANT}/users/{ADA}"


class Server:
    def __init__(self, *flags, listen="127.0.0.1:0"):
        command = [os.environ["USERTWIN_BIN"], "serve", "--listen", listen, "--log", "off", *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().removeprefix("usertwin listening on ")
        assert self.url.startswith("http"), "the server did not start"
        self.token = flags[flags.index("--control-token") + 1] if "--control-token" in flags else None
        self.session = requests.Session()

    def stop(self):
        self.process.terminate()
        self.process.wait(15)

    def control(self, method, path, **rest):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.session.request(method, f"{self.url}/_usertwin{path}", headers=headers, timeout=30, **rest)
        answer.raise_for_status()
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer

    def ask(self, world, path, method="GET", token="good", body=None, **headers):
        """A request to an emulated API, as a client app sends it."""
        headers = {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        prefix = "" if world == "main" else f"/w/{world}"
        return self.session.request(method, self.url + prefix + path, data=body, headers=headers, timeout=30)

    def flood(self, number):
        """Many requests on one connection, without waiting for each answer."""
        host, port = self.url.removeprefix("http://").split(":")
        one = f"GET /external/api/v3/role HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer good\r\n\r\n".encode()
        with socket.create_connection((host, int(port)), timeout=60) as line:
            for left in range(number, 0, -100):
                batch = min(left, 100)
                line.sendall(one * batch)
                answered, rest = 0, b""
                while answered < batch:
                    rest += line.recv(1 << 16)
                    answered += rest.count(b"HTTP/1.1 200")
                    rest = rest[-11:]

    def fill(self, world):
        """A little of everything: each format, advice, a fault, an address of no API."""
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        patch = '[{"op":"replace","path":"/displayName","value":"Ada King"}]'
        self.ask(world, PBNB_USER, Accept="application/json")
        self.ask(world, PBNB_USER, Accept="application/bson")
        self.ask(world, PBNB_USER, Accept="application/xml;q=0.9, image/png")
        self.ask(world, PBNB_USER, "PATCH", body="Username=countess&Email=ada%40example.org", **form)
        self.ask(world, RESELLER_USER, "PATCH", body=patch, Content_Type="application/json-patch+json")
        self.control("POST", f"/worlds/{world}/faults", json={"name": "flaky", "times": 1, "match": {"api": "expoints"}, "effect": {"status": 503, "retryAfter": 2}})
        self.ask(world, "/external/api/v3/role")
        self.ask(world, "/external/api/v3/role")
        self.ask(world, "/api/v1/admin/users")
        self.ask(world, "/nowhere")
        return self.control("GET", f"/worlds/{world}/requests?limit=100")["requests"]
