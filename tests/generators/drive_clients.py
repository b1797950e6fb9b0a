"""Drives the four APIs with the clients that openapi-python-client made: reads, creates and changes users."""

import os
from uuid import UUID

from clients.admin_users import AuthenticatedClient as AdminUsersClient
from clients.admin_users.api.users import create_user as create_admin_user
from clients.admin_users.api.users import get_user as get_admin_user
from clients.admin_users.api.users import update_user as update_admin_user
from clients.admin_users.models import ResponseOfUser, UserRequest
from clients.expoints import AuthenticatedClient as ExpointsClient
from clients.expoints.api.roles import list_roles
from clients.expoints.api.users import create_users, list_users, update_users
from clients.expoints.models import BaseRoleRequest, ImportUserRequest
from clients.pbnb import AuthenticatedClient as PbnbClient
from clients.pbnb.api.users import create_user, get_user, patch_user
from clients.pbnb.models import ClientAccessTypes, DeltaOfUserRequest, PasswordInfoRequest, PBNBReturnOfUser
from clients.pbnb.models import UserRequest as PbnbUserRequest
from clients.reseller import AuthenticatedClient as ResellerClient
from clients.reseller.api.users import create_user as create_reseller_user
from clients.reseller.api.users import get_user as get_reseller_user
from clients.reseller.api.users import patch_user as patch_reseller_user
from clients.reseller.models import (
    NewUserRequest,
    NewUserRequestRolesType0Item,
    OperationRequest,
    OperationRequestOp,
    Success,
    UserData,
)

TOKEN = "any"
ADA = UUID("f4237dd3-01ff-48d8-8d90-16c06605724f")


def pbnb() -> None:
    client = PbnbClient(base_url=os.environ["USERTWIN_PBNB_URL"], token=TOKEN)

    def name(answer: object) -> tuple[int, str | None]:
        assert isinstance(answer, PBNBReturnOfUser) and answer.success and answer.data is not None, answer
        return answer.data.id, answer.data.username

    assert name(get_user.sync(2, 1, client=client))[0] == 1
    new = PbnbUserRequest(
        username="alan",
        email="alan@example.com",
        password_info=PasswordInfoRequest(password="Bombe1940", max_denials=3, reset_period=15),
        access_types=[ClientAccessTypes.IPSEC_L2TP],
    )
    number, username = name(create_user.sync(2, client=client, body=new))
    assert username == "alan"
    changed = patch_user.sync(2, number, client=client, body=DeltaOfUserRequest(username="alan.turing"))
    assert name(changed) == (number, "alan.turing")
    assert name(get_user.sync(2, number, client=client)) == (number, "alan.turing")


def reseller() -> None:
    client = ResellerClient(base_url=os.environ["USERTWIN_RESELLER_URL"], token=TOKEN)
    tenant = UUID("6172bb3d-e843-46bb-93a3-334505974ad9")
    new = NewUserRequest(
        email="alan@example.com",
        display_name="Alan Turing",
        roles=[NewUserRequestRolesType0Item.ACCOUNT_USER],
    )
    created = create_reseller_user.sync(tenant, client=client, body=new)
    assert isinstance(created, UserData) and created.data is not None, created
    patch = [OperationRequest(op=OperationRequestOp.REPLACE, path="/displayName", value="A. M. Turing")]
    changed = patch_reseller_user.sync(tenant, created.data.id, client=client, body=patch)
    assert isinstance(changed, Success), changed
    read = get_reseller_user.sync(tenant, created.data.id, client=client)
    assert isinstance(read, UserData) and read.data is not None and read.data.display_name == "A. M. Turing", read


def expoints() -> None:
    client = ExpointsClient(base_url=os.environ["USERTWIN_EXPOINTS_URL"], token=TOKEN)
    roles = list_roles.sync(client=client)
    assert isinstance(roles, list) and roles, roles

    def user(type_: str) -> list[ImportUserRequest]:
        role = BaseRoleRequest(id=roles[0].id)
        return [ImportUserRequest(username="alan", email="alan@example.com", roles=[role], type_=type_)]

    def types() -> list[str | None]:
        users = list_users.sync(client=client)
        assert isinstance(users, list), users
        return [user.type_ for user in users if user.username == "alan"]

    assert types() == []
    assert create_users.sync_detailed(client=client, body=user("Internal")).status_code == 200
    assert types() == ["Internal"]
    assert update_users.sync_detailed(client=client, body=user("External")).status_code == 200
    assert types() == ["External"]


def admin_users() -> None:
    client = AdminUsersClient(base_url=os.environ["USERTWIN_ADMIN_USERS_URL"], token=TOKEN)

    def answered(answer: object) -> tuple[UUID, str | None]:
        assert isinstance(answer, ResponseOfUser) and answer.error is None, answer
        assert answer.response_data is not None and answer.response_data.detail is not None, answer
        return answer.response_data.detail.id, answer.response_data.detail.display_name

    assert answered(get_admin_user.sync(ADA, client=client))[0] == ADA
    new = UserRequest(
        display_name="Alan Turing",
        email_address="alan@example.com",
        enabled=True,
        language_id=UUID("c2fd9942-2548-483b-875c-a724b208dcaa"),
        mobile_phone="+44 7700 900456",
        time_zone="UTC",
        username="alan.turing",
        password="Bombe1940",
    )
    id_, _ = answered(create_admin_user.sync(client=client, body=new))
    new.display_name = "A. M. Turing"
    assert answered(update_admin_user.sync(id_, client=client, body=new))[1] == "A. M. Turing"
    assert answered(get_admin_user.sync(id_, client=client)) == (id_, "A. M. Turing")


for api in (pbnb, reseller, expoints, admin_users):
    api()
    print(f"openapi-python-client: {api.__name__}")
