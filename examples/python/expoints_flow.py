"""Expoints v3 from Python, the whole way: token, roles, create, list, change, and a batch that is refused as a whole.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/expoints_flow.py

Every run takes a world of its own, so it may run beside others and again.
"""

import os
import uuid

import requests

WORLD = f"python-expoints-flow-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
TENANT = "2c7b1b62-7d5b-46a9-bc46-ab51bfcb07d8"
USERS = "/external/api/v3/user"


def token(secret="secret"):
    form = {"client_id": "app", "client_secret": secret, "scope": "api://expoints/.default",
            "grant_type": "client_credentials"}
    return requests.post(f"{URL}/{TENANT}/oauth2/v2.0/token", data=form, timeout=10)


def signed_in():
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token().json()['access_token']}"
    return session


def listed(session):
    return {user["Username"]: user for user in session.get(URL + USERS, timeout=10).json()}


def signs_in():
    refused = token(secret="wrong")
    assert refused.status_code == 401 and refused.json()["error"] == "invalid_client", refused.text
    answer = token()
    assert answer.status_code == 200 and answer.json()["token_type"] == "Bearer", answer.text
    assert answer.json()["expires_in"] == 3599, "a client that keeps a token asks again before the hour is over"
    assert answer.headers["Cache-Control"] == "no-store, no-cache"


def creates_lists_and_changes():
    session = signed_in()
    roles = {role["Name"]: role["Id"] for role in session.get(f"{URL}/external/api/v3/role", timeout=10).json()}
    assert "Beheer" in roles and "Medewerker" in roles, roles

    batch = [{"Username": "barbara", "Email": "barbara@example.com", "Type": "internal",
              "Roles": [{"Id": roles["Beheer"]}]},
             {"Username": "niklaus", "Type": "External", "Roles": []}]
    created = session.post(URL + USERS, json=batch, timeout=10)
    assert created.status_code == 200 and created.content == b"", created.text
    users = listed(session)
    assert users["barbara"] == {"Username": "barbara", "Roles": [{"Name": "Beheer", "Id": roles["Beheer"]}],
                                "Type": "Internal", "HasSingleActiveRole": False}, users["barbara"]
    assert list(users)[-2:] == ["barbara", "niklaus"], "new users come after the others"

    batch = [{"Username": "Barbara", "Type": "External", "HasSingleActiveRole": True,
              "Roles": [{"Id": roles["Medewerker"]}, {"Id": roles["Beheer"]}]}]
    changed = session.put(URL + USERS, json=batch, timeout=10)
    assert changed.status_code == 200 and changed.content == b"", changed.text
    barbara = listed(session)["barbara"]
    assert barbara["Type"] == "External" and barbara["HasSingleActiveRole"] is True, barbara
    assert [role["Name"] for role in barbara["Roles"]] == ["Medewerker", "Beheer"], "roles are replaced, in order"

    xml = session.get(URL + USERS, headers={"Accept": "application/xml"}, timeout=10)
    assert xml.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert xml.text.startswith("<ArrayOfUserModel "), xml.text[:80]


def refuses_a_batch_as_a_whole():
    session = signed_in()
    before = listed(session)
    stranger = str(uuid.uuid4())
    batch = [{"Username": "frances", "Type": "Internal", "Roles": []},
             {"Username": "barbara", "Type": "robot", "Roles": [{"Id": stranger}]}]
    answer = session.post(URL + USERS, json=batch, timeout=10)
    assert answer.status_code == 400, answer.text
    assert answer.json() == {"Message": "The request is invalid.", "ModelState": {
        "users[1].Type": ["The Type field must be Internal or External."],
        "users[1].Roles[0].Id": [f"The role '{stranger}' does not exist."],
        "users[1].Username": ["The user 'barbara' already exists."],
    }}, answer.text
    assert listed(session) == before, "the good user of the batch was not added either"


def is_refused_without_rights():
    for name, status in ((None, 401), ("old", 401), ("forbidden", 403)):
        headers = {"Authorization": f"Bearer {name}"} if name else {}
        answer = requests.get(URL + USERS, headers=headers, timeout=10)
        assert answer.status_code == status, (name, answer.status_code, answer.text)
        assert answer.json() == {"Message": "Authorization has been denied for this request."}, answer.text


if __name__ == "__main__":
    for step in (signs_in, creates_lists_and_changes, refuses_a_batch_as_a_whole, is_refused_without_rights):
        step()
        print(f"expoints {step.__name__}")
