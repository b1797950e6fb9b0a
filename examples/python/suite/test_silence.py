"""What the services would not have told: things dropped without a word, tokens that run out, requests not sent."""

import pytest
from directory import Accounts, Roster


@pytest.mark.advice("pbnb.member-not-updatable")
def test_a_dropped_member_is_told_by_advice_alone(world):
    accounts = Accounts(world.url, account=2, token="good")
    assert accounts.move(1, "countess@example.com")["Email"] == "ada@example.com", "a success that changed nothing"
    assert {path for _, path in world.changes()} <= {"modifiedAt"}, "touched, but as it was"
    assert "Email" in world.advice()["pbnb.member-not-updatable"]


def test_without_advice_nothing_was_dropped(world):
    Accounts(world.url, account=2, token="good").rename(1, "countess")
    assert world.advice() == {}
    assert world.changes().keys() >= {("countess", "username")}


def test_an_expired_token_is_renewed_once(world):
    roster = Roster(world.url)
    roster.sign_in()
    assert "ada" in roster.users()
    world.advance("PT2H")
    assert "ada" in roster.users()
    assert roster.sign_ins == 2
    world.verify({"exactly": 1}, operation="listUsers", status=401)
    world.verify({"exactly": 2}, operation="issueToken", status=200)


def test_a_failed_verification_names_the_nearest_requests(world):
    Accounts(world.url, account=2, token="good").rename(1, "countess")
    with pytest.raises(AssertionError, match="exactly 1 request .*there were 0, .*'member': 'path'.*Accounts/2/users/1"):
        world.verify({"exactly": 1}, operation="patchUser", path="/v1/core/Accounts/2/users/9")


@pytest.mark.advice("pbnb.not-an-administrator")
def test_the_journal_keeps_no_secrets(world):
    Accounts(world.url, account=2).sign_in("ada", "Engine1842")
    entry = world.control("GET", "/requests/latest")
    assert entry["operation"] == "accountLogin" and entry["status"] == 200, entry
    assert "Engine1842" not in str(entry) and '"Data":"***"' in entry["response"]["body"]["text"], entry
