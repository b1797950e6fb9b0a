"""Expoints v3 with tokens checked strictly: a client that signs in, keeps its token until the end that the token names, and
tells Entra's refusals apart.

    usertwin serve --auth strict
    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/strict/expoints.py
"""

import os
import uuid

import requests
from tokens import verified

WORLD = f"python-strict-expoints-{uuid.uuid4().hex[:8]}"
ORIGIN = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/")
URL = f"{ORIGIN}/w/{WORLD}"
TENANT = f"{URL}/2c7b1b62-7d5b-46a9-bc46-ab51bfcb07d8"
DENIED = {"Message": "Authorization has been denied for this request."}


class Refused(Exception):
    """The identity provider gave no token."""

    def __init__(self, answer):
        refusal = answer.json()
        assert refusal["error_uri"].endswith(f"?code={refusal['error_codes'][0]}"), refusal
        assert refusal["error_description"].endswith(f"Timestamp: {refusal['timestamp']}"), refusal
        super().__init__(refusal["error_description"])
        self.status, self.error, self.code = answer.status_code, refusal["error"], refusal["error_codes"][0]


class Expoints:
    """Keeps a token and signs in again when the API says 401."""

    def __init__(self, client="app", secret="secret", scope="api://expoints/.default"):
        self.form = {"client_id": client, "client_secret": secret, "scope": scope, "grant_type": "client_credentials"}
        self.token = None
        self.sign_ins = 0

    def sign_in(self):
        answer = requests.post(f"{TENANT}/oauth2/v2.0/token", data=self.form, timeout=10)
        if answer.status_code != 200:
            raise Refused(answer)
        self.token = answer.json()["access_token"]
        self.sign_ins += 1
        return verified(self.token, f"{TENANT}/v2.0/.well-known/openid-configuration")

    def ask(self, method, path, **body):
        for attempt in (1, 2):
            if self.token is None:
                self.sign_in()
            headers = {"Authorization": f"Bearer {self.token}"}
            answer = requests.request(method, f"{URL}/external/api/v3/{path}", headers=headers, timeout=10, **body)
            if answer.status_code != 401 or attempt == 2:
                return answer
            assert answer.json() == DENIED and answer.headers["WWW-Authenticate"] == "Bearer", answer.text
            self.token = None
        raise AssertionError("the second attempt returns")

    def users(self):
        return {user["Username"]: user for user in self.ask("GET", "user").json()}


def tells_refusals_apart():
    for changed, expected in (({"secret": "wrong"}, (401, "invalid_client", 7000215)),
                              ({"client": "nobody"}, (400, "unauthorized_client", 700016)),
                              ({"scope": "api://expoints/users"}, (400, "invalid_scope", 1002012))):
        try:
            Expoints(**changed).sign_in()
        except Refused as refused:
            assert (refused.status, refused.error, refused.code) == expected, refused
        else:
            raise AssertionError(f"{changed} signed in")


def reads_its_token():
    client = Expoints()
    claims = client.sign_in()
    assert claims["aud"] == "api://expoints" and claims["azp"] == "app", claims
    assert claims["exp"] - claims["iat"] == 3599 and claims["roles"] == ["Users.ReadWrite"], claims


def lives():
    client = Expoints()
    roles = {role["Name"]: role["Id"] for role in client.ask("GET", "role").json()}
    new = [{"Username": "barbara", "Type": "Internal", "Roles": [{"Id": roles["Beheer"]}]}]
    assert client.ask("POST", "user", json=new).status_code == 200
    refused = client.ask("POST", "user", json=new)
    assert refused.status_code == 400 and "users[0].Username" in refused.json()["ModelState"], refused.text
    assert client.ask("PUT", "user", json=[new[0] | {"Type": "External"}]).status_code == 200
    assert client.users()["barbara"]["Type"] == "External"
    # An hour later the token has ended; the client signs in again by itself.
    later = requests.put(f"{ORIGIN}/_usertwin/worlds/{WORLD}/clock", json={"advance": "PT1H"}, timeout=10)
    assert later.ok and "barbara" in client.users() and client.sign_ins == 2


def may_only_read():
    reader = Expoints(client="reader")
    assert "barbara" in reader.users()
    refused = reader.ask("PUT", "user", json=[])
    assert refused.status_code == 403 and refused.json() == DENIED, refused.text


if __name__ == "__main__":
    for step in (tells_refusals_apart, reads_its_token, lives, may_only_read):
        step()
        print(f"strict expoints {step.__name__}")
