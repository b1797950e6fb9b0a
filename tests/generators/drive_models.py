"""Drives the four APIs with the models that datamodel-code-generator made, and httpx: what is sent is written by them, what is
answered is read by them."""

import os
from typing import TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter

from models import admin_users, expoints, pbnb, reseller

ADA = "f4237dd3-01ff-48d8-8d90-16c06605724f"
T = TypeVar("T")


def client(api: str) -> httpx.Client:
    return httpx.Client(base_url=os.environ[f"USERTWIN_{api}_URL"], headers={"Authorization": "Bearer any"})


def written(body: BaseModel) -> dict[str, object]:
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True)


def read(shape: type[T], answer: httpx.Response, status: int = 200) -> T:
    assert answer.status_code == status, answer.text
    return TypeAdapter(shape).validate_json(answer.content)


def drive_pbnb() -> None:
    with client("PBNB") as http:
        users = "/v1/core/Accounts/2/users"

        def user(answer: httpx.Response) -> pbnb.User:
            envelope = read(pbnb.PBNBReturnOfUser, answer)
            assert envelope.Success and isinstance(envelope.Data, pbnb.User), envelope
            return envelope.Data

        assert user(http.get(f"{users}/1")).ID == 1
        new = pbnb.UserRequest.model_validate({"Username": "grace.h", "Email": "g@example.com", "AccessTypes": ["APN"]})
        created = user(http.post(users, json=written(new)))
        delta = pbnb.DeltaOfUserRequest.model_validate({"Username": "grace.hopper"})
        assert user(http.patch(f"{users}/{created.ID}", json=written(delta))).Username == "grace.hopper"
        assert user(http.get(f"{users}/{created.ID}")).Username == "grace.hopper"


def drive_reseller() -> None:
    with client("RESELLER") as http:
        users = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users"
        new = reseller.NewUserRequest.model_validate(
            {"email": "grace.h@example.com", "displayName": "Grace", "roles": ["account.user"]}
        )
        created = read(reseller.UserData, http.post(users, json=written(new)), 201).data
        assert isinstance(created, reseller.User), created
        operation = reseller.OperationRequest.model_validate(
            {"op": "replace", "path": "/displayName", "value": "Grace Hopper"}
        )
        read(reseller.Success, http.patch(f"{users}/{created.id}", json=[written(operation)]))
        changed = read(reseller.UserData, http.get(f"{users}/{created.id}")).data
        assert isinstance(changed, reseller.User) and changed.displayName == "Grace Hopper", changed


def drive_expoints() -> None:
    with client("EXPOINTS") as http:
        users = "/external/api/v3/user"
        role = read(list[expoints.RoleModel], http.get("/external/api/v3/role"))[0]

        def send(method: str, kind: str) -> None:
            user = expoints.ImportUserRequest.model_validate(
                {"Username": "grace", "Email": "g@example.com", "Type": kind, "Roles": [{"Id": str(role.Id)}]}
            )
            answer = http.request(method, users, json=[written(user)])
            assert answer.status_code == 200, answer.text

        def kinds() -> list[str | None]:
            return [user.Type for user in read(list[expoints.UserModel], http.get(users)) if user.Username == "grace"]

        send("POST", "Internal")
        assert kinds() == ["Internal"]
        send("PUT", "External")
        assert kinds() == ["External"]


def drive_admin_users() -> None:
    with client("ADMIN_USERS") as http:
        users = "/api/v1/admin/users"

        def user(answer: httpx.Response) -> admin_users.User:
            envelope = read(admin_users.ResponseOfUser, answer)
            assert isinstance(envelope.ResponseData, admin_users.ResponseDataOfUser), envelope
            assert isinstance(envelope.ResponseData.Detail, admin_users.User), envelope
            return envelope.ResponseData.Detail

        assert str(user(http.get(f"{users}/{ADA}")).ID) == ADA
        new = admin_users.UserRequest.model_validate(
            {
                "DisplayName": "Grace",
                "EmailAddress": "grace.h@example.com",
                "Enabled": True,
                "LanguageID": "c2fd9942-2548-483b-875c-a724b208dcaa",
                "MobilePhone": "+44 7700 900789",
                "TimeZone": "UTC",
                "Username": "grace.h",
                "Password": "Compiler1952",
            }
        )
        created = user(http.post(users, json=written(new)))
        new.DisplayName = "Grace Hopper"
        assert user(http.put(f"{users}/{created.ID}", json=written(new))).DisplayName == "Grace Hopper"
        assert user(http.get(f"{users}/{created.ID}")).DisplayName == "Grace Hopper"


for drive in (drive_pbnb, drive_reseller, drive_expoints, drive_admin_users):
    drive()
    print(f"datamodel-code-generator: {drive.__name__.removeprefix('drive_')}")
