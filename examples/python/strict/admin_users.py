"""Admin users with tokens checked strictly: a client that refreshes when its eight hours are over, and what the portal
refuses.

    usertwin serve --auth strict
    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/strict/admin_users.py
"""

import os
import uuid

import requests

WORLD = f"python-strict-admin-users-{uuid.uuid4().hex[:8]}"
ORIGIN = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/")
URL = f"{ORIGIN}/w/{WORLD}"
USERS = f"{URL}/api/v1/admin/users"
DENIED = {"Message": "Authorization has been denied for this request."}
NEW = {"DisplayName": "Hedy Kiesler", "EmailAddress": "kiesler@example.com", "Enabled": True,
       "LanguageID": "d81f3a60-7b2e-4c95-a0f4-1e6c9b5d2703", "MobilePhone": "+43 1 234567", "Password": "Hopping42",
       "TimeZone": "W. Europe Standard Time", "Username": "kiesler"}


def token(**form):
    answer = requests.post(f"{URL}/Token", data={"client_id": "app", "client_secret": "secret"} | form, timeout=10)
    return answer.status_code, answer.json()


class Portal:
    """Keeps a token, and another one to renew it with."""

    def __init__(self):
        status, self.tokens = token(grant_type="client_credentials")
        assert status == 200 and self.tokens["expires_in"] == 28799, self.tokens
        self.renewals = 0

    def ask(self, method, url, **body):
        for attempt in (1, 2):
            headers = {"Authorization": f"Bearer {self.tokens['access_token']}", "Accept": "application/json"}
            answer = requests.request(method, url, headers=headers, timeout=10, **body)
            if answer.status_code != 401 or attempt == 2:
                return answer
            assert answer.json() == DENIED and answer.headers["WWW-Authenticate"] == "Bearer", answer.text
            status, renewed = token(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])
            assert status == 200, renewed
            self.tokens, self.renewals = renewed, self.renewals + 1
        raise AssertionError("the second attempt returns")

    def detail(self, method, url, **body):
        answer = self.ask(method, url, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["ResponseData"]["Detail"]

    def refusal(self, status, method, url, **body):
        answer = self.ask(method, url, **body)
        assert answer.status_code == status, answer.text
        return answer.json()["Error"]["ErrorCode"]


def is_refused():
    assert requests.get(USERS, timeout=10).status_code == 401
    for form, error in (({"grant_type": "client_credentials", "client_secret": "wrong"}, "invalid_client"),
                        ({"grant_type": "refresh_token", "refresh_token": "none"}, "invalid_grant"),
                        ({"grant_type": "unheard-of"}, "unsupported_grant_type")):
        assert token(**form) == (400, {"error": error}), form


def lives():
    portal = Portal()
    user = f"{USERS}/{portal.detail('POST', USERS, json=NEW)['ID']}"
    assert portal.refusal(400, "POST", USERS, json=NEW) == "UsernameInUse"
    assert portal.refusal(400, "PUT", user, json=NEW | {"Preferences": 7}) == "PreferencesUnknown"
    assert portal.refusal(404, "GET", f"{USERS}/{uuid.uuid4()}") == "UserNotFound"
    assert portal.detail("PUT", user, json=NEW | {"DisplayName": "Hedy Lamarr"})["DisplayName"] == "Hedy Lamarr"
    assert portal.detail("PATCH", f"{user}/access") == "Admin"
    # Nine hours later the token has ended; its refresh token is good for two weeks.
    later = requests.put(f"{ORIGIN}/_usertwin/worlds/{WORLD}/clock", json={"advance": "PT9H"}, timeout=10)
    assert later.ok and portal.detail("GET", user)["AdminUser"] is True and portal.renewals == 1
    portal.detail("PUT", user, json=NEW | {"Enabled": False})
    assert portal.detail("GET", user.replace("/v1/", "/v2/"))["Status"] == "Disabled"


if __name__ == "__main__":
    for step in (is_refused, lives):
        step()
        print(f"strict adminUsers {step.__name__}")
