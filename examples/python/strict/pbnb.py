"""PBNB accounts with tokens checked strictly: an administrator signs in, a user lives, and a token ends with its user and at
the border of its account.

    usertwin serve --auth strict
    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/strict/pbnb.py
"""

import os
import uuid

import requests

WORLD = f"python-strict-pbnb-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}/v1/core"
DENIED = {"Message": "Authorization has been denied for this request."}


class Failure(Exception):
    """A failure in the envelope; its status is 200."""


class Denied(Exception):
    """401 or 403."""


class Pbnb:
    """Whoever has signed in."""

    def __init__(self):
        self.session = requests.Session()
        self.session.headers.update({"Accept": "application/json", "AppId": "strict"})

    def ask(self, method, path, **body):
        answer = self.session.request(method, f"{URL}/{path}", timeout=10, **body)
        if answer.status_code in (401, 403):
            assert answer.json() == DENIED, answer.text
            raise Denied(answer.status_code)
        assert answer.status_code == 200, answer.text
        envelope = answer.json()
        if not envelope["Success"]:
            raise Failure(envelope["ErrorCode"], envelope["ErrorDescription"])
        return envelope["Data"]

    def sign_in(self, username, password, at="accountlogin"):
        self.session.headers["AuthToken"] = self.ask("POST", at, json={"Username": username, "Password": password})
        return self


def raises(error, first, work):
    try:
        work()
    except error as raised:
        assert raised.args[0] == first, raised
    else:
        raise AssertionError(f"no {error.__name__} {first}")


def signs_in():
    raises(Denied, 401, lambda: Pbnb().ask("GET", "Accounts/2/users"))
    raises(Failure, 6, lambda: Pbnb().sign_in("grace", "wrong"))
    raises(Failure, 6, lambda: Pbnb().sign_in("ada", "Engine1842"))
    raises(Failure, 6, lambda: Pbnb().sign_in("ada", "Engine1842", at="accountdelegatedlogin"))
    assert Pbnb().sign_in("grace", "Cobol1959", at="accountdelegatedlogin").ask("GET", "Accounts/2/users")
    return Pbnb().sign_in("grace", "Cobol1959")


def lives(grace):
    new = {"Username": "barbara", "PasswordInfo": {"Password": "Clu1974"}}
    path = f"Accounts/2/users/{grace.ask('POST', 'Accounts/2/users', json=new)['ID']}"
    raises(Failure, 5, lambda: grace.ask("POST", "Accounts/2/users", json=new))
    assert grace.ask("PATCH", path, json={"Username": "liskov"})["Username"] == "liskov"
    raises(Failure, 4, lambda: grace.ask("PUT", f"{path}/role", json={"RoleID": 99}))
    grace.ask("PUT", f"{path}/role", json={"RoleID": 1})

    liskov = Pbnb().sign_in("liskov", "Clu1974")
    assert liskov.ask("GET", path)["Username"] == "liskov"
    raises(Denied, 403, lambda: liskov.ask("GET", "Accounts/3/users"))
    grace.ask("PATCH", path, json={"PasswordInfo": {"Password": "Argus1988"}})
    raises(Denied, 401, lambda: liskov.ask("GET", path))
    liskov = Pbnb().sign_in("liskov", "Argus1988")
    grace.ask("DELETE", path)
    raises(Denied, 401, lambda: liskov.ask("GET", "Accounts/2/users"))
    raises(Failure, 6, lambda: Pbnb().sign_in("liskov", "Argus1988"))
    raises(Failure, 3, lambda: grace.ask("GET", path))
    raises(Denied, 403, lambda: grace.ask("GET", "Accounts/3/users/2"))


if __name__ == "__main__":
    administrator = signs_in()
    print("strict pbnb signs_in")
    lives(administrator)
    print("strict pbnb lives")
