"""Users created, read, changed and deleted through three APIs, checked by what the world holds afterwards."""

import pytest
from directory import Accounts, Refused, Roster, Tenants

TENANT = "6172bb3d-e843-46bb-93a3-334505974ad9"


@pytest.fixture
def accounts(world):
    return Accounts(world.url, account=2, token="good")


@pytest.fixture
def roster(world):
    return Roster(world.url)


@pytest.fixture
def tenants(world):
    return Tenants(world.url, token="good")


def test_nothing_is_changed_by_looking(world, accounts, roster, tenants):
    assert "ada" in accounts.users()
    assert "ada" in roster.users()
    assert tenants.user(TENANT, "f4237dd3-01ff-48d8-8d90-16c06605724f")["displayName"] == "Ada Lovelace"
    assert world.diff()["empty"]


def test_a_wrong_password_is_told_in_the_services_words(world):
    with pytest.raises(Refused, match="password"):
        Accounts(world.url, account=2).sign_in("ada", "wrong")
    world.verify({"exactly": 1}, api="pbnb", operation="accountLogin", status=200)


@pytest.mark.parametrize("username", ["barbara", "žofie", "山田", "o'neil", "a b", "x" * 100])
def test_an_account_user_lives_from_creation_to_deletion(world, accounts, username):
    user = accounts.create(username, "someone@example.com")
    assert accounts.user(user["ID"]) == user
    assert accounts.rename(user["ID"], username + ".2")["Username"] == username + ".2"
    assert username + ".2" in accounts.users()
    added, = world.diff()["added"]
    assert added["username"] == username + ".2" and added["email"] == "someone@example.com"
    accounts.delete(user["ID"])
    with pytest.raises(Refused):
        accounts.user(user["ID"])
    assert world.diff()["empty"], "created and deleted: the world is as it was"


def test_a_taken_username_is_refused(world, accounts):
    with pytest.raises(Refused):
        accounts.create("ADA", "other@example.com")
    assert world.diff()["empty"]


def test_a_name_changed_in_one_service_is_changed_in_the_others(world, accounts, roster):
    accounts.rename(1, "countess")
    assert "countess" in roster.users() and "ada" not in roster.users()
    assert world.changes()["countess", "username"] == ("ada", "countess")


@pytest.mark.advice("expoints.all-roles-removed")
def test_a_batch_is_taken_whole_or_not_at_all(world, roster):
    role = roster.roles()["Beheer"]
    good = {"Username": "barbara", "Type": "Internal", "Roles": [{"Id": role}]}
    with pytest.raises(Refused, match="robot|Type"):
        roster.create(good, {"Username": "niklaus", "Type": "robot", "Roles": []})
    assert world.diff()["empty"]
    roster.create(good)
    assert [role["Name"] for role in roster.users()["barbara"]["Roles"]] == ["Beheer"]
    roster.change({"Username": "barbara", "Type": "External", "Roles": []})
    assert roster.users()["barbara"]["Type"] == "External"
    world.verify({"exactly": 2}, api="expoints", method="POST", path="/external/api/v3/user")
    world.verify({"exactly": 1}, api="expoints", operation="updateUsers", status=200)


def test_an_invited_user_gets_a_mail_with_a_link(world, tenants):
    user = tenants.create(TENANT, "new@example.com", "New User", ["user.admin"])
    tenants.invite(TENANT, user["id"])
    mail = world.control("GET", "/outbox")["mails"][-1]
    assert mail["to"] == "new@example.com" and mail["link"].startswith("http"), mail
    tenants.patch(TENANT, user["id"], {"op": "add", "path": "/roles/-", "value": "customer.admin"})
    assert tenants.user(TENANT, user["id"])["roles"] == ["account.user", "user.admin", "customer.admin"]
    tenants.delete(TENANT, user["id"])
    assert world.diff()["empty"]


@pytest.mark.parametrize("n", range(8))
def test_worlds_do_not_see_each_other(world, accounts, n):
    """Eight of these run at once under the same username, each in its own world."""
    assert accounts.create("same-name", f"{n}@example.com")["ID"] == 3
    assert accounts.users()["same-name"]["Email"] == f"{n}@example.com"
