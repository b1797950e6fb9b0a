// Drives the four APIs with openapi-fetch, over the types that openapi-typescript made: reads, creates and changes users.
import assert from "node:assert/strict";
import { env } from "node:process";
import createClient from "openapi-fetch";
import type { paths as AdminUsers } from "./fetch/admin_users.js";
import type { paths as Expoints } from "./fetch/expoints.js";
import type { paths as Pbnb } from "./fetch/pbnb.js";
import type { paths as Reseller } from "./fetch/reseller.js";

const at = (baseUrl: string | undefined) => ({ baseUrl: baseUrl ?? "", headers: { Authorization: "Bearer any" } });

/** What an answer holds; an error of the API's ends the program. */
function held<T>(answer: { data?: T; error?: unknown }): T {
  assert.equal(answer.error, undefined);
  assert(answer.data !== undefined);
  return answer.data;
}

{
  const pbnb = createClient<Pbnb>(at(env.USERTWIN_PBNB_URL));
  const user = "/v1/core/Accounts/{accId}/users/{usrId}";
  const read = await pbnb.GET(user, { params: { path: { accId: 2, usrId: 1 } } });
  assert.equal(held(read).Data?.ID, 1);
  const body = { Username: "barbara", Email: "barbara@example.com", AccessTypes: ["APN" as const] };
  const created = held(await pbnb.POST("/v1/core/Accounts/{accId}/users", { params: { path: { accId: 2 } }, body }));
  assert(created.Success && created.Data);
  const params = { path: { accId: 2, usrId: created.Data.ID } };
  held(await pbnb.PATCH(user, { params, body: { Username: "barbara.l" } }));
  assert.equal(held(await pbnb.GET(user, { params })).Data?.Username, "barbara.l");
  console.log("openapi-fetch: pbnb");
}

{
  const reseller = createClient<Reseller>(at(env.USERTWIN_RESELLER_URL));
  const accountTenantId = "6172bb3d-e843-46bb-93a3-334505974ad9";
  const user = "/v1.0/accounts/{accountTenantId}/users/{userId}";
  const body = { email: "barbara.l@example.com", displayName: "Barbara", roles: ["account.user" as const] };
  const answer = await reseller.POST("/v1.0/accounts/{accountTenantId}/users", { params: { path: { accountTenantId } }, body });
  const created = held(answer).data;
  assert(created);
  const params = { path: { accountTenantId, userId: created.id } };
  held(await reseller.PATCH(user, { params, body: [{ op: "replace", path: "/displayName", value: "Barbara L." }] }));
  assert.equal(held(await reseller.GET(user, { params })).data?.displayName, "Barbara L.");
  console.log("openapi-fetch: reseller");
}

{
  const expoints = createClient<Expoints>(at(env.USERTWIN_EXPOINTS_URL));
  const users = "/external/api/v3/user";
  const [role] = held(await expoints.GET("/external/api/v3/role"));
  assert(role);
  const body = (Type: string) => [{ Username: "barbara", Email: "barbara@example.com", Type, Roles: [{ Id: role.Id }] }];
  const types = async () => held(await expoints.GET(users)).flatMap((user) => (user.Username === "barbara" ? [user.Type] : []));
  assert.equal((await expoints.POST(users, { body: body("Internal") })).response.status, 200);
  assert.deepEqual(await types(), ["Internal"]);
  assert.equal((await expoints.PUT(users, { body: body("External") })).response.status, 200);
  assert.deepEqual(await types(), ["External"]);
  console.log("openapi-fetch: expoints");
}

{
  const adminUsers = createClient<AdminUsers>(at(env.USERTWIN_ADMIN_USERS_URL));
  const user = "/api/v1/admin/users/{id}";
  const id = "f4237dd3-01ff-48d8-8d90-16c06605724f";
  assert.equal(held(await adminUsers.GET(user, { params: { path: { id } } })).ResponseData?.Detail?.ID, id);
  const body = {
    DisplayName: "Barbara",
    EmailAddress: "barbara.l@example.com",
    Enabled: true,
    LanguageID: "c2fd9942-2548-483b-875c-a724b208dcaa",
    MobilePhone: "+44 7700 900654",
    TimeZone: "UTC",
    Username: "barbara.l",
    Password: "Clu1974abc",
  };
  const created = held(await adminUsers.POST("/api/v1/admin/users", { body })).ResponseData?.Detail;
  assert(created);
  const params = { path: { id: created.ID } };
  held(await adminUsers.PUT(user, { params, body: { ...body, DisplayName: "Barbara L." } }));
  assert.equal(held(await adminUsers.GET(user, { params })).ResponseData?.Detail?.DisplayName, "Barbara L.");
  console.log("openapi-fetch: admin_users");
}
