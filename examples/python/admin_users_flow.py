"""Admin users from Python, the whole way of an app: token, create, list, read, change, toggle access, unlock.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/admin_users_flow.py

The API has no way to delete a user: changing `Enabled` to false is what the vendor offers, and so the last step.
"""

import os
import uuid

import requests

WORLD = f"python-admin-users-flow-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
KURT = "0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e08"
HEDY = {"DisplayName": "Hedy Kiesler", "EmailAddress": "kiesler@example.com", "Enabled": True,
        "LanguageID": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "MobilePhone": "+43 1 234567", "Password": "Hopping42",
        "TimeZone": "W. Europe Standard Time", "Username": "kiesler"}


class Portal:
    """A client of the API: it holds a token and opens every envelope."""

    def __init__(self):
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"

    def token(self, **grant):
        answer = requests.post(f"{URL}/Token", timeout=10,
                               data={"client_id": "app", "client_secret": "secret"} | grant)
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8", answer.headers
        return answer

    def sign_in(self, **grant):
        answer = self.token(**grant)
        assert answer.status_code == 200, answer.text
        granted = answer.json()
        assert granted["token_type"] == "bearer" and granted["expires_in"] == 28799, granted
        self.session.headers["Authorization"] = f"Bearer {granted['access_token']}"
        return granted["refresh_token"]

    def call(self, method, path, **body):
        answer = self.session.request(method, f"{URL}/api/{path}", timeout=10, **body)
        assert answer.status_code == 200, answer.text
        envelope = answer.json()
        assert envelope["Error"] is None and envelope["ResponseData"]["Result"] == "Success", envelope
        return envelope["ResponseData"]["Detail"]


def signs_in(portal):
    assert requests.get(f"{URL}/api/v1/admin/users", timeout=10).status_code == 401
    refresh_token = portal.sign_in(grant_type="client_credentials")
    portal.sign_in(grant_type="refresh_token", refresh_token=refresh_token)
    again = portal.token(grant_type="refresh_token", refresh_token=refresh_token)
    assert again.status_code == 400 and again.json() == {"error": "invalid_grant"}, "a refresh token works once"


def creates(portal):
    portal.hedy = portal.call("POST", "v1/admin/users", json=HEDY)
    assert {name: portal.hedy[name] for name in HEDY} == HEDY, portal.hedy
    assert uuid.UUID(portal.hedy["ID"]).version == 4 and portal.hedy["AdminUser"] is False, portal.hedy
    answer = portal.session.post(f"{URL}/api/v1/admin/users", json=HEDY, timeout=10)
    assert answer.status_code == 400 and answer.json()["Error"]["ErrorCode"] == "UsernameInUse", answer.text


def lists(portal):
    names = [user["DisplayName"] for user in portal.call("GET", "v1/admin/users")]
    assert names == ["Ada Lovelace", "Hedy Kiesler", "Kurt Gödel", "Margaret Hamilton"], names
    everybody = portal.call("GET", "v1/admin/users", params={"IncludeSuperUsers": "true"})
    assert [user["DisplayName"] for user in everybody] == names + ["Support"], everybody
    account = portal.call("GET", "v1/UserAdminAPI/GetAllUsers", params={"accountID": portal.hedy["AccountID"]})
    assert [user["DisplayName"] for user in account] == names, account


def reads(portal):
    assert portal.call("GET", f"v1/admin/users/{portal.hedy['ID']}") == portal.hedy
    user = portal.call("GET", f"v2/admin/users/{portal.hedy['ID']}")
    assert list(user)[0] == "Status" and user == {"Status": "Active"} | portal.hedy, user


def changes(portal):
    changed = HEDY | {"DisplayName": "Hedy Lamarr", "MobilePhone": "+1 202 555 0123", "Password": None}
    user = portal.call("PUT", f"v1/admin/users/{portal.hedy['ID']}", json=changed)
    assert user["DisplayName"] == "Hedy Lamarr" and user["Password"] == "Hopping42", "no password keeps the stored one"


def accepts_the_agreements(portal):
    decision = HEDY | {"AgreementDate": "2024-05-01T10:00:00Z", "DPAVersion": "2", "PrivacyPolicyVersion": "3"}
    user = portal.call("POST", f"v1/UserAdminAPI/UserUpdateGDPR/{portal.hedy['ID']}", json=decision)
    assert user["AgreementDate"] == "2024-05-01T10:00:00+00:00" and user["DPAVersion"] == "2", user
    assert user["DisplayName"] == "Hedy Lamarr", "everything else stays"


def toggles_access(portal):
    path = f"v1/admin/users/{portal.hedy['ID']}/access"
    assert [portal.call("PATCH", path) for _ in range(2)] == ["Admin", "Standard"]


def unlocks(portal):
    assert portal.call("GET", f"v2/admin/users/{KURT}")["Status"] == "Locked"
    assert portal.call("PATCH", f"v1/admin/users/{KURT}/status") == "Active"
    assert portal.call("GET", f"v2/admin/users/{KURT}")["Status"] == "Active"


def disables(portal):
    portal.call("PUT", f"v1/admin/users/{portal.hedy['ID']}", json=HEDY | {"Enabled": False})
    assert portal.call("GET", f"v2/admin/users/{portal.hedy['ID']}")["Status"] == "Disabled"
    answer = portal.session.delete(f"{URL}/api/v1/admin/users/{portal.hedy['ID']}", timeout=10)
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET, PUT", answer.headers


if __name__ == "__main__":
    client = Portal()
    for step in (signs_in, creates, lists, reads, changes, accepts_the_agreements, toggles_access, unlocks, disables):
        step(client)
        print(f"adminUsers {step.__name__}")
