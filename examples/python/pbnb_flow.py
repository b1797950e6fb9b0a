"""PBNB accounts from Python, a client's whole flow: sign in, create, list, read, change, delete.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/pbnb_flow.py

Run it against any usertwin, also a strict one: it works in a world of its own, which is born as a copy of the server's
demo seed, and sends the token it was given.
"""

import os
import uuid

import requests

WORLD = f"python-pbnb-flow-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}/v1/core"
ACCOUNT = f"{URL}/Accounts/2"

session = requests.Session()
session.headers["Accept"] = "application/json"


def data(answer):
    """What a success carries; a failure is a 200 too, so that the status alone tells nothing."""
    assert answer.status_code == 200, answer.text
    envelope = answer.json()
    assert envelope["Success"] is True and envelope["ErrorCode"] == 0, envelope
    return envelope["Data"]


def failure(answer):
    """The code of a business failure."""
    envelope = answer.json()
    assert answer.status_code == 200 and envelope["Success"] is False and envelope["Data"] is None, answer.text
    return envelope["ErrorCode"]


def ask(method, path, **more):
    return session.request(method, f"{ACCOUNT}/{path}", timeout=10, **more)


def signs_in():
    def login(path, password):
        return session.post(f"{URL}/{path}", json={"Username": "grace", "Password": password}, timeout=10)

    assert failure(login("accountlogin", "wrong")) == 6, "wrong credentials are no 401"
    answer = login("accountlogin", "Cobol1959")
    token = data(answer)
    assert token and answer.headers["AuthToken"] == token
    assert data(login("accountdelegatedlogin", "Cobol1959")) != token, "grace has a role, so she may be a delegate"
    session.headers["AuthToken"] = token


def creates():
    defaults = data(ask("POST", "userdefaults", json={"PKTAPN": True, "P2PIOT": True}))
    assert defaults["AccountID"] == 2 and defaults["PKTAPN"] and not defaults["PKTIPsec"], defaults
    assert data(ask("GET", "userdefaults")) == defaults

    user = data(ask("POST", "users", json={"Username": "barbara", "Email": "barbara@example.com",
                                           "PasswordInfo": {"Password": "Clu1974", "MaxDenials": 3}}))
    assert user["ID"] == 3 and user["AccountID"] == 2, "one more than the largest number of the account"
    assert user["AccessTypes"] == ["APN", "IOT"], "none were sent, so the account's defaults apply"
    assert uuid.UUID(user["ProvisioningID"]).int != 0
    assert failure(ask("POST", "users", json={"Username": "BARBARA"})) == 5, "names are unique without regard to case"
    return user


def lists(user):
    assert [known["Username"] for known in data(ask("GET", "users"))] == ["ada", "grace", "barbara"]
    page = data(ask("GET", "users/paged", params={"pageSize": 2, "pageNumber": 1, "includeTotal": "true"}))
    assert page["ResultSet"] == [user], page
    assert (page["PreviousPage"], page["NextPage"], page["TotalCount"]) == (0, None, 3), page


def reads(user):
    path = f"users/{user['ID']}"
    assert data(ask("GET", path)) == user
    expanded = data(ask("GET", path, params={"expand": "resourceIDs"}))
    assert set(expanded["ResourceIDs"]) == {"APN", "IOT"}, expanded


def changes(user):
    path = f"users/{user['ID']}"
    changed = data(ask("PATCH", path, json={"Username": "liskov", "AccessTypes": ["DSL"], "Email": "not applied"}))
    assert changed == {**user, "Username": "liskov", "AccessTypes": ["DSL"]}, changed
    assert data(ask("GET", path)) == changed

    role = data(ask("GET", "users/roles"))[0]
    assert data(ask("PUT", f"{path}/role", json={"RoleID": role["ID"]})) == {"RoleID": role["ID"], "UserID": user["ID"]}
    assert failure(ask("PUT", f"{path}/role", json={"RoleID": 999})) == 4, "no such role"
    assert data(ask("DELETE", f"{path}/role"))["RoleID"] == role["ID"]
    return changed


def deletes(user):
    path = f"users/{user['ID']}"
    assert data(ask("DELETE", path)) == user, "the answer is the user as it was"
    assert failure(ask("GET", path)) == 3, "gone, told by the envelope and not by a 404"
    assert [known["Username"] for known in data(ask("GET", "users"))] == ["ada", "grace"]


if __name__ == "__main__":
    signs_in()
    created = creates()
    lists(created)
    reads(created)
    deletes(changes(created))
    print("pbnb: signed in, created, listed, read, changed and deleted a user")
