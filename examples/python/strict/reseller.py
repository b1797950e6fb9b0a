"""Reseller with tokens checked strictly: authorization code with PKCE as a user, refresh, a user's life, and what the API
says to a token that is not good enough.

    usertwin serve --auth strict
    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/strict/reseller.py
"""

import base64
import hashlib
import os
import secrets
import uuid
from urllib.parse import parse_qs, urlsplit

import requests
from tokens import verified

WORLD = f"python-strict-reseller-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
API = f"{URL}/api/v1.0"
FIRST = f"{API}/accounts/6172bb3d-e843-46bb-93a3-334505974ad9"
SECOND = f"{API}/accounts/8f0d5b1c-2e64-4a39-b7c1-5d9e0a3f7b22"
CALLBACK = "http://127.0.0.1:8000"
CLIENT = {"client_id": "app", "client_secret": "secret"}


def authorized(**more):
    """What comes back to the client's address."""
    query = {"client_id": "app", "response_type": "code", "redirect_uri": CALLBACK} | more
    answer = requests.get(f"{URL}/connect/authorize", params=query, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def token(**form):
    answer = requests.post(f"{URL}/connect/token", data=CLIENT | form, timeout=10)
    return answer.status_code, answer.json()


def redeemed(code, **more):
    return token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **more)


def call(tokens, method, url, status, **body):
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = requests.request(method, url, headers=headers, timeout=10, **body)
    assert answer.status_code == status, f"{method} {url}: {answer.status_code} {answer.text}"
    return answer


def challenged():
    verifier = secrets.token_urlsafe(32)
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return verifier, {"code_challenge": digest, "code_challenge_method": "S256"}


def signs_in_with_proof():
    verifier, challenge = challenged()
    nonce = uuid.uuid4().hex
    sent = authorized(login_hint="hedy@example.com", nonce=nonce, state="s1", **challenge)
    assert sent["state"] == "s1", sent
    assert redeemed(sent["code"], code_verifier="x" * 43) == (400, {"error": "invalid_grant"})
    sent = authorized(login_hint="hedy@example.com", nonce=nonce, **challenge)
    status, tokens = redeemed(sent["code"], code_verifier=verifier)
    assert status == 200, tokens
    discovery = f"{URL}/.well-known/openid-configuration"
    access = verified(tokens["access_token"], discovery)
    identity = verified(tokens["id_token"], discovery)
    assert access["sub"] == identity["sub"] and identity["nonce"] == nonce, (access, identity)
    assert access["aud"] == "onboarding" and access["exp"] - access["iat"] == tokens["expires_in"], access
    status, refreshed = token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert status == 200, refreshed
    again = token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again == (400, {"error": "invalid_grant"}), "a refresh token is good once"
    return refreshed


def lives(tokens):
    new = {"email": "new@example.com", "displayName": "New User"}
    user = call(tokens, "POST", f"{FIRST}/users", 201, json=new).headers["Location"]
    call(tokens, "PATCH", user, 200, json=[{"op": "replace", "path": "/displayName", "value": "Newer"}])
    assert call(tokens, "GET", user, 200).json()["data"]["displayName"] == "Newer"
    wrong = call(tokens, "PATCH", user, 400, json=[{"op": "replace", "path": "/nickname", "value": "N"}]).json()
    assert wrong["message"] == "The target location specified by path segment 'nickname' was not found.", wrong
    malformed = call(tokens, "GET", f"{user}x", 400).json()
    assert malformed["message"].endswith("is not valid."), malformed
    call(tokens, "POST", f"{user}/sendActivationEmail", 204)
    # Of the second account hedy is a member without the role that changes users.
    assert call(tokens, "POST", f"{SECOND}/users", 404, json=new).json()["message"] == "Not Found"
    assert [account["name"] for account in call(tokens, "GET", f"{API}/accounts", 200).json()["data"]] == [
        "Account 1", "Account 2"]
    call(tokens, "DELETE", user, 200)
    call(tokens, "GET", user, 404)


def is_told_what_is_wrong_with_its_token(tokens):
    for sent, challenge in ((None, "Bearer"), ("nonsense", 'Bearer error="invalid_token"')):
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        answer = requests.get(f"{FIRST}/users", headers=headers, timeout=10)
        assert answer.status_code == 401 and answer.content == b"", answer.text
        assert answer.headers["WWW-Authenticate"] == challenge, answer.headers
    status, identity = redeemed(authorized(scope="openid")["code"])
    answer = call(identity, "GET", f"{FIRST}/users", 401)
    assert status == 200 and "The audience is invalid" in answer.headers["WWW-Authenticate"], answer.headers
    hedy = f"{FIRST}/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04"
    call(tokens, "DELETE", hedy, 200)
    call(tokens, "GET", f"{FIRST}/users", 401)
    refused = token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused == (400, {"error": "invalid_grant"}), "the user is gone, and all that it was given"


if __name__ == "__main__":
    granted = signs_in_with_proof()
    print("strict reseller signs_in_with_proof")
    lives(granted)
    print("strict reseller lives")
    is_told_what_is_wrong_with_its_token(granted)
    print("strict reseller is_told_what_is_wrong_with_its_token")
