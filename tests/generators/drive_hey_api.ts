// Drives the four APIs with the clients that @hey-api/openapi-ts made: reads, creates and changes users.
import assert from "node:assert/strict";
import { env } from "node:process";
import * as adminUsers from "./hey/admin_users/sdk.gen.js";
import { client as adminUsersClient } from "./hey/admin_users/client.gen.js";
import * as expoints from "./hey/expoints/sdk.gen.js";
import { client as expointsClient } from "./hey/expoints/client.gen.js";
import * as pbnb from "./hey/pbnb/sdk.gen.js";
import { client as pbnbClient } from "./hey/pbnb/client.gen.js";
import type { PbnbReturnOfUser } from "./hey/pbnb/types.gen.js";
import * as reseller from "./hey/reseller/sdk.gen.js";
import { client as resellerClient } from "./hey/reseller/client.gen.js";

const auth = () => "any";
pbnbClient.setConfig({ baseUrl: env.USERTWIN_PBNB_URL, auth });
resellerClient.setConfig({ baseUrl: env.USERTWIN_RESELLER_URL, auth });
expointsClient.setConfig({ baseUrl: env.USERTWIN_EXPOINTS_URL, auth });
adminUsersClient.setConfig({ baseUrl: env.USERTWIN_ADMIN_USERS_URL, auth });

/** What an answer holds; an error of the API's ends the program. */
function held<T>(answer: { data: T | undefined; error: unknown }): T {
  assert.equal(answer.error, undefined);
  assert(answer.data !== undefined);
  return answer.data;
}

{
  const user = (answer: { data: PbnbReturnOfUser | undefined; error: unknown }) => {
    const envelope = held(answer);
    assert(envelope.Success && envelope.Data);
    return envelope.Data;
  };
  assert.equal(user(await pbnb.getUser({ path: { accId: 2, usrId: 1 } })).ID, 1);
  const body = { Username: "linus", Email: "linus@example.com", AccessTypes: ["APN" as const] };
  const path = { accId: 2, usrId: user(await pbnb.createUser({ path: { accId: 2 }, body })).ID };
  assert.equal(user(await pbnb.patchUser({ path, body: { Username: "linus.t" } })).Username, "linus.t");
  assert.equal(user(await pbnb.getUser({ path })).Username, "linus.t");
  console.log("@hey-api/openapi-ts: pbnb");
}

{
  const accountTenantId = "6172bb3d-e843-46bb-93a3-334505974ad9";
  const body = { email: "linus.t@example.com", displayName: "Linus", roles: ["account.user" as const] };
  const created = held(await reseller.createUser({ path: { accountTenantId }, body })).data;
  assert(created);
  const path = { accountTenantId, userId: created.id };
  held(await reseller.patchUser({ path, body: [{ op: "replace", path: "/displayName", value: "Linus T." }] }));
  assert.equal(held(await reseller.getUser({ path })).data?.displayName, "Linus T.");
  console.log("@hey-api/openapi-ts: reseller");
}

{
  const [role] = held(await expoints.listRoles());
  assert(role);
  const body = (Type: string) => [{ Username: "linus", Email: "linus@example.com", Type, Roles: [{ Id: role.Id }] }];
  const types = async () => held(await expoints.listUsers()).flatMap((user) => (user.Username === "linus" ? [user.Type] : []));
  assert.equal((await expoints.createUsers({ body: body("Internal") })).error, undefined);
  assert.deepEqual(await types(), ["Internal"]);
  assert.equal((await expoints.updateUsers({ body: body("External") })).error, undefined);
  assert.deepEqual(await types(), ["External"]);
  console.log("@hey-api/openapi-ts: expoints");
}

{
  const id = "f4237dd3-01ff-48d8-8d90-16c06605724f";
  assert.equal(held(await adminUsers.getUser({ path: { id } })).ResponseData?.Detail?.ID, id);
  const body = {
    DisplayName: "Linus",
    EmailAddress: "linus.t@example.com",
    Enabled: true,
    LanguageID: "c2fd9942-2548-483b-875c-a724b208dcaa",
    MobilePhone: "+44 7700 900321",
    TimeZone: "UTC",
    Username: "linus.t",
    Password: "Kernel1991",
  };
  const created = held(await adminUsers.createUser({ body })).ResponseData?.Detail;
  assert(created);
  const path = { id: created.ID };
  held(await adminUsers.updateUser({ path, body: { ...body, DisplayName: "Linus T." } }));
  assert.equal(held(await adminUsers.getUser({ path })).ResponseData?.Detail?.DisplayName, "Linus T.");
  console.log("@hey-api/openapi-ts: admin_users");
}
