"""Reseller from Python, the whole way: authorize, token, create, list, read, patch, activate, delete.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/reseller_flow.py

The genuine authorization server asks a person to sign in; here the code comes back at once, so the flow runs in CI.
"""

import os
import uuid
from urllib.parse import parse_qs, urlsplit

import requests

WORLD = f"python-reseller-flow-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
API = f"{URL}/api/v1.0"
CALLBACK = "http://127.0.0.1:8000"
CLIENT = {"client_id": "app", "client_secret": "secret"}


def authorize():
    state = uuid.uuid4().hex
    query = {"client_id": CLIENT["client_id"], "response_type": "code", "state": state, "redirect_uri": CALLBACK,
             "scope": "openid offline_access onboarding"}
    answer = requests.get(f"{URL}/connect/authorize", params=query, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(CALLBACK), answer.headers
    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert sent["state"] == [state], sent
    return sent["code"][0]


def token(**form):
    answer = requests.post(f"{URL}/connect/token", data={**CLIENT, **form}, timeout=10)
    return answer.status_code, answer.json()


def signs_in():
    code = authorize()
    status, tokens = token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    assert status == 200 and tokens["token_type"] == "Bearer" and tokens["expires_in"] == 3600, tokens
    assert token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK) == (400, {"error": "invalid_grant"})
    status, tokens = token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert status == 200, tokens
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return session


def call(session, method, url, status, **more):
    answer = session.request(method, url, timeout=10, **more)
    assert answer.status_code == status, f"{method} {url}: {answer.status_code} {answer.text}"
    return answer


def creates(session):
    answer = call(session, "POST", f"{API}/accounts", 201, json={"name": "Flow Ltd", "enabled": True})
    account = answer.headers["Location"]
    assert account == f"{API}/accounts/{answer.json()['data']['id']}", account
    new = {"email": "new@example.com", "displayName": "New User", "roles": ["user.admin"]}
    answer = call(session, "POST", f"{account}/users", 201, json=new)
    data = answer.json()["data"]
    assert data["roles"] == ["account.user", "user.admin"], "website access is always given"
    assert account.endswith(data["primaryTenant"]), data
    refused = call(session, "POST", f"{account}/users", 400, json=new).json()
    assert refused["errorCode"] == "UserAlreadyExists", refused
    return account, answer.headers["Location"]


def lists_and_reads(session, account, user):
    accounts = call(session, "GET", f"{API}/accounts?pageIndex=0&pageSize=1000", 200).json()
    assert accounts["page_size"] == len(accounts["data"]) and accounts["page_index"] == 0, accounts
    assert accounts["data"][-1]["name"] == "Flow Ltd", accounts
    listed = call(session, "GET", f"{account}/users", 200).json()
    assert listed["page_size"] == 1 and "roles" not in listed["data"][0], listed
    read = call(session, "GET", user, 200).json()["data"]
    assert list(read) == ["id", "displayName", "email", "primaryTenant", "roles"], read


def patches(session, user):
    operations = [{"op": "replace", "path": "/displayName", "value": "Changed"},
                  {"op": "add", "path": "/roles/-", "value": "customer.admin"}]
    body = call(session, "PATCH", user, 200, json=operations).json()
    assert list(body) == ["status", "timestamp"], body
    read = call(session, "GET", user, 200).json()["data"]
    assert read["displayName"] == "Changed", read
    assert read["roles"] == ["account.user", "user.admin", "customer.admin"], read


def activates(session, account, user):
    assert call(session, "POST", f"{user}/sendActivationEmail", 204).content == b""
    # A member of a second account: only the first, the primary tenant, may send the mail.
    answer = call(session, "POST", f"{API}/accounts", 201, json={"name": "Second"})
    second = answer.headers["Location"]
    same = {"email": "NEW@example.com", "displayName": "ignored"}
    attached = call(session, "POST", f"{second}/users", 201, json=same)
    assert attached.headers["Location"].rsplit("/", 1)[1] == user.rsplit("/", 1)[1], "the same user"
    refused = call(session, "POST", attached.headers["Location"] + "/sendActivationEmail", 400).json()
    assert refused["errorCode"] == "TenantNotPrimary", refused
    return second


def deletes(session, account, second, user):
    call(session, "DELETE", user, 200)
    call(session, "GET", user, 404)
    left = call(session, "GET", f"{second}/users", 200).json()
    assert left["page_size"] == 0, "deleted in its primary tenant, a user is gone everywhere"
    call(session, "DELETE", account, 200)
    call(session, "GET", account, 404)


if __name__ == "__main__":
    client = signs_in()
    print("reseller signs_in")
    at_account, at_user = creates(client)
    print("reseller creates")
    lists_and_reads(client, at_account, at_user)
    print("reseller lists_and_reads")
    patches(client, at_user)
    print("reseller patches")
    at_second = activates(client, at_account, at_user)
    print("reseller activates")
    deletes(client, at_account, at_second, at_user)
    print("reseller deletes")
