// The scenarios that every kit passes, as far as they need no other runner than node:test.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test as plain } from 'node:test';
import fs from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { ControlError, ServerDied, connectUsertwin, findBinary, startUsertwin } from 'usertwin';
import { test, withWorld } from 'usertwin/node-test';
import { ADA, ADA_ID, GOOD, TENANT, answers, patch, rename, run, username, worlds } from './support.mjs';

const flags = execFileSync(findBinary(), ['serve', '--help'], { encoding: 'utf8' });
const OWN = { users: [{ username: 'grace', pbnb: { accountId: 7, userId: 1 } }], pbnb: { accounts: [{ id: 7 }] } };
const names = async (world) => (await world.users.list()).map((user) => user.username);

test('worlds-apart: users, requests and faults are not shared', async ({ usertwin, server }) => {
  const other = await server.world('other');
  await usertwin.fault({ status: 503 }, { api: 'expoints' });
  await Promise.all([rename(usertwin, 'countess'), rename(other, 'byron')]);
  assert.equal(await username(usertwin), 'countess');
  assert.equal(await username(other), 'byron');
  assert.equal((await fetch(`${other.urls.expoints}/external/api/v3/role`, { headers: GOOD })).status, 200);
  assert.deepEqual((await usertwin.requests()).map((entry) => entry.method), ['PATCH', 'GET']);
});

test('urls: are base addresses of each API in this world', async ({ usertwin }) => {
  for (const url of [
    usertwin.urls.pbnb + ADA,
    `${usertwin.urls.reseller}/v1.0/accounts/${TENANT}/users/${ADA_ID}`,
    `${usertwin.urls.expoints}/external/api/v3/user`,
    `${usertwin.urls.adminUsers}/api/v1/admin/users/${ADA_ID}`,
  ]) {
    const answer = await fetch(url, { headers: GOOD });
    assert.equal(answer.status, 200, url);
    assert.match(await answer.text(), /ada/);
  }
  assert.ok(usertwin.url.endsWith(`/w/${usertwin.name}`));
  const apis = (await usertwin.requests()).map((entry) => entry.api);
  assert.deepEqual(apis, ['pbnb', 'reseller', 'expoints', 'adminUsers']);
});

test('fault: for one request is a 503 once', async ({ usertwin }) => {
  const made = await usertwin.fault({ status: 503, retryAfter: 2 }, { times: 1, api: 'pbnb', operation: 'getUser' });
  const first = await fetch(usertwin.url + ADA);
  assert.deepEqual([first.status, first.headers.get('retry-after')], [503, '2']);
  assert.equal((await fetch(usertwin.url + ADA)).status, 200);
  assert.deepEqual((await usertwin.faults()).map(({ id, applied }) => [id, applied]), [[made.id, 1]]);
});

test('fault: without times stays until it is cleared', async ({ usertwin }) => {
  await usertwin.fault({ status: 500 }, { path: ADA });
  for (const expected of [500, 500]) assert.equal((await fetch(usertwin.url + ADA)).status, expected);
  await usertwin.clearFaults();
  assert.equal((await fetch(usertwin.url + ADA)).status, 200);
  await assert.rejects(usertwin.fault({ status: 500 }, { tiems: 1 }), /tiems/);
});

test('verify: passes when the count is right', async ({ usertwin }) => {
  await username(usertwin);
  await username(usertwin);
  await usertwin.verify({ exactly: 2, api: 'pbnb', operation: 'getUser', path: ADA, method: 'GET', status: 200 });
  await usertwin.verify({ atLeast: 1, atMost: 2, api: 'pbnb' });
  await usertwin.verify({ exactly: 0, api: 'expoints' });
  await usertwin.verify({ api: 'pbnb' });
});

test('verify: fails with the sentence and the nearest requests', async ({ usertwin }) => {
  await username(usertwin);
  const failure = await usertwin.verify({ exactly: 1, api: 'pbnb', operation: 'patchUser' }).catch((error) => error);
  assert.ok(failure instanceof assert.AssertionError);
  assert.match(failure.message, /^Expected exactly 1 request with api pbnb, operation patchUser; there were 0, of 1 request/);
  assert.ok(failure.message.includes(`nearest: GET ${ADA} -> 200  (operation was "getUser")`), failure.message);
  assert.match(failure.stack, /scenarios\.test\.mjs/);
  assert.doesNotMatch(failure.stack, /world\.cjs/);
});

test('verify-typo: is refused with the nearest name', async ({ usertwin }) => {
  const refused = await usertwin.verify({ exactly: 0, api: 'pbnb', operation: 'patchUsr' }).catch((error) => error);
  assert.ok(refused instanceof ControlError);
  assert.match(refused.message, /'patchUsr' is not an operation of pbnb: there are patchUser/);
});

test('advice: lists what the real service does silently', async ({ usertwin }) => {
  assert.deepEqual(await usertwin.advice(), []);
  await patch(usertwin.url + ADA, { Email: 'countess@example.com' });
  const [advice, ...others] = await usertwin.advice();
  assert.deepEqual([advice.code, advice.count, others], ['pbnb.member-not-updatable', 1, []]);
  assert.match(advice.message, /Email/);
});

test('requests: lists method, path and status', async ({ usertwin }) => {
  await username(usertwin);
  await fetch(`${usertwin.urls.expoints}/external/api/v3/role`);
  const seen = (await usertwin.requests()).map(({ method, path, status }) => [method, path, status]);
  assert.deepEqual(seen, [['GET', ADA, 200], ['GET', '/external/api/v3/role', 401]]);
  assert.equal((await usertwin.requests({ api: 'expoints' })).length, 1);
  assert.equal((await usertwin.requests({ status: 200 }))[0].path, ADA);
});

test('diff: shows before and after and is empty after reset', async ({ usertwin }) => {
  assert.ok((await usertwin.diff()).empty);
  await rename(usertwin, 'countess');
  const [changed] = (await usertwin.diff()).changed;
  assert.deepEqual(changed.members.find(({ path }) => path === 'username'), { path: 'username', before: 'ada', after: 'countess' });
  await usertwin.reset();
  assert.ok((await usertwin.diff()).empty);
  assert.deepEqual(await usertwin.requests(), []);
});

test('state: is read and replaced', async ({ usertwin }) => {
  const state = await usertwin.state();
  state.users = state.users.filter((user) => user.username === 'ada');
  state.users[0].username = 'countess';
  await usertwin.setState(state);
  assert.equal(await username(usertwin), 'countess');
  assert.deepEqual(await names(usertwin), ['countess']);
  const refused = await usertwin.setState({ usres: [] }).catch((error) => error);
  assert.ok(refused instanceof ControlError && refused.problems.length === 1);
  assert.match(refused.message, /line 1.*usres/);
  assert.equal(await username(usertwin), 'countess');
});

test('state: of one user is read, added, replaced and removed', async ({ usertwin }) => {
  await usertwin.users.add({ username: 'noether', email: 'emmy@example.com', pbnb: { accountId: 2 } });
  const [noether] = await usertwin.users.list('noether');
  await usertwin.users.replace(noether.id, { ...noether, email: 'noether@example.com' });
  assert.equal((await usertwin.users.get(noether.id)).email, 'noether@example.com');
  await usertwin.users.remove(noether.id);
  assert.ok((await usertwin.diff()).empty);
});

test('snapshot: is restored and stays', async ({ usertwin }) => {
  await rename(usertwin, 'countess');
  const snapshot = await usertwin.snapshot();
  for (const name of ['lovelace', 'byron']) {
    await rename(usertwin, name);
    assert.equal((await usertwin.diff(snapshot)).changed.length, 1);
    await usertwin.restore(snapshot);
    assert.equal(await username(usertwin), 'countess');
    assert.ok((await usertwin.diff(snapshot)).empty);
  }
});

test('clock: freeze pins timestamps', async ({ usertwin }) => {
  await usertwin.clock.freeze(new Date('2024-03-28T08:12:49Z'));
  const url = `${usertwin.urls.reseller}/v1.0/accounts/${TENANT}/users/${ADA_ID}`;
  const answer = await patch(url, [{ op: 'replace', path: '/displayName', value: 'Ada King' }]);
  assert.match(answer.timestamp, /^2024-03-28T08:12:49/);
  assert.deepEqual(await usertwin.clock.advance(-1500), { now: '2024-03-28T08:12:47.5Z', frozen: true });
  assert.equal((await usertwin.clock.real()).frozen, false);
  assert.equal((await usertwin.clock.freeze()).frozen, true);
});

test('clock: advance expires a token', async ({ usertwin }) => {
  const body = new URLSearchParams({
    client_id: 'app', client_secret: 'secret', grant_type: 'client_credentials', scope: 'api://expoints/.default',
  });
  const answer = await fetch(`${usertwin.urls.expoints}/${TENANT}/oauth2/v2.0/token`, { method: 'POST', body });
  const headers = { Authorization: `Bearer ${(await answer.json()).access_token}` };
  const roles = async () => (await fetch(`${usertwin.urls.expoints}/external/api/v3/role`, { headers })).status;
  assert.equal(await roles(), 200);
  await usertwin.clock.advance('PT2H');
  assert.equal(await roles(), 401);
});

test('outbox: holds the activation mail', async ({ usertwin }) => {
  assert.deepEqual(await usertwin.outbox(), []);
  const url = `${usertwin.urls.reseller}/v1.0/accounts/${TENANT}/users/${ADA_ID}/sendActivationEmail`;
  assert.ok((await fetch(url, { method: 'POST', headers: GOOD })).ok);
  const [mail] = await usertwin.outbox();
  assert.deepEqual([mail.api, mail.to, Boolean(mail.link)], ['reseller', 'ada@example.com', true]);
});

test('seed: of a test is what it starts from and resets to', { usertwin: { seed: OWN } }, async ({ usertwin, server }) => {
  assert.deepEqual(await names(usertwin), ['grace']);
  assert.ok((await usertwin.diff()).empty);
  await patch(`${usertwin.url}/v1/core/Accounts/7/users/1`, { Username: 'hopper' });
  assert.equal((await usertwin.diff()).changed.length, 1);
  await usertwin.reset();
  assert.deepEqual(await names(usertwin), ['grace']);
  const second = await server.world('second', { seed: new URL('runners/grace.json', import.meta.url) });
  assert.deepEqual(await names(second), ['grace']);
  await assert.rejects(server.world('third', { seed: 'nowhere.json' }), /nowhere\.json cannot be read/);
  await assert.rejects(server.world('third', { seed: { usres: [] } }), /line 1.*usres/);
});

plain('seed: of a server is a document, a file or a word', async () => {
  for (const [seed, expected] of [[OWN, ['grace']], ['empty', []], [new URL('runners/grace.json', import.meta.url), ['grace']]]) {
    const server = await startUsertwin({ seed });
    const world = await server.world();
    assert.deepEqual(await names(world), expected);
  }
});

test('dropped-after-pass: the world and its snapshots are gone', async ({ server }) => {
  const before = await worlds(server);
  await server.withWorld('used', async (world) => {
    await username(world);
    await world.snapshot();
  });
  await server.withWorld('unused', () => {});
  await server.withWorld('dropped by the test itself', (world) => world.drop());
  assert.deepEqual(await worlds(server), before);
});

plain('strict-advice: fails a test whose requests got advice', withWorld({ strictAdvice: false }, async ({ server }) => {
  const ignored = (world) => patch(world.url + ADA, { Email: 'countess@example.com' });
  const failure = await server.withWorld('strict', { strictAdvice: true }, ignored).catch((error) => error);
  assert.ok(failure instanceof assert.AssertionError);
  assert.match(failure.message, /without a word:\n {2}pbnb\.member-not-updatable \(1x\): Email was sent and ignored/);
  assert.match(failure.message, /PATCH \/v1\/core\/Accounts\/2\/users\/1 -> 200/);
  await server.withWorld('allowed', { strictAdvice: true, allowAdvice: ['pbnb.member-not-updatable'] }, ignored);
  await server.withWorld('right', { strictAdvice: true }, username);
}));

plain('shared-server: no server is started and a failed world is kept', async () => {
  const server = await startUsertwin();
  const shared = await connectUsertwin(`${server.url}/`, { seed: OWN });
  assert.deepEqual([shared.shared, server.shared, shared.pid], [true, false, undefined]);
  await shared.withWorld('passes', async (world) => assert.deepEqual(await names(world), ['grace']));
  await assert.rejects(shared.withWorld('fails', () => { throw new Error('meant to fail'); }), /meant to fail/);
  await shared.stop();
  assert.match((await worlds(server)).join(), /^fails-[0-9a-f]{8},main$/);
  const url = 'http://127.0.0.1:9';
  await assert.rejects(connectUsertwin(url), { name: 'ServerDied', message: /^No usertwin server answers at http:\/\/127\.0\.0\.1:9: / });
});

plain('server-dead: is one sentence and never a hang', async () => {
  const server = await startUsertwin();
  const world = await server.world();
  process.kill(server.pid, 'SIGKILL');
  const sentence = { name: 'ServerDied', message: 'The usertwin server ended with signal SIGKILL, without a word.' };
  await assert.rejects(world.advice(), sentence);
  await assert.rejects(server.world(), sentence);
});

plain('server-dead: before it began gives its last words', async () => {
  const dead = { name: 'ServerDied', message: /did not start; it ended with exit status 2, and said:\n.*no-such-file/ };
  await assert.rejects(startUsertwin({ seed: '/no-such-file.json' }), dead);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kit-'));
  const script = (text) => {
    const file = path.join(folder, 'program');
    fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
  };
  const silent = startUsertwin({ binary: script("echo 'waiting for the disk' >&2; exec sleep 30"), timeoutMs: 700 });
  await assert.rejects(silent, /within 700 ms where it listens, and said:\n {2}waiting for the disk/);
  await assert.rejects(startUsertwin({ binary: script('echo hello; exec sleep 30') }), /began with 'hello' instead of/);
  await assert.rejects(startUsertwin({ binary: `${folder}/nothing` }), { name: 'ServerDied', message: /could not be started.*ENOENT/ });
  fs.rmSync(folder, { recursive: true });
});

plain('no-binary: names the variable, the optional package and where was looked', async () => {
  const wrapper = createRequire(import.meta.url).resolve('usertwin/package.json').replace('package.json', 'bin/usertwin.cjs');
  const bare = { PATH: path.dirname(wrapper), USERTWIN_BIN: undefined };
  const missing = await run(process.execPath, [wrapper, 'routes'], { env: bare });
  assert.equal(missing.code, 127);
  assert.match(missing.text, /^The usertwin binary was not found\. The optional dependency @usertwin\/cli-.*--omit=optional/);
  assert.match(missing.text, /package-lock\.json.*another platform.*set USERTWIN_BIN to its path\. Looked for .* on the PATH\.\n$/);
  const named = await run(process.execPath, [wrapper, 'routes'], { env: { USERTWIN_BIN: '/nowhere/usertwin' } });
  assert.deepEqual([named.code, named.text], [127, 'USERTWIN_BIN names /nowhere/usertwin, which is not a program that can be run.\n']);
  const found = await run(process.execPath, [wrapper, 'routes'], {});
  assert.match(found.text, /listUsers/);
  assert.equal((await run(process.execPath, [wrapper, 'serve', '--nonsense'], {})).code, 2);
});

plain('no-binary: else the package of this platform comes before the PATH', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kit-'));
  const own = path.join(folder, 'node_modules', 'usertwin');
  const source = path.dirname(createRequire(import.meta.url).resolve('usertwin/package.json'));
  fs.cpSync(source, own, { recursive: true });
  const cli = path.join(folder, 'node_modules', '@usertwin', `cli-${process.platform}-${process.arch}`, 'bin');
  fs.mkdirSync(cli, { recursive: true });
  fs.symlinkSync(findBinary(), path.join(cli, 'usertwin'));
  const script = "console.log(require('usertwin').findBinary())";
  const found = await run(process.execPath, ['-e', script], { cwd: folder, env: { USERTWIN_BIN: undefined } });
  assert.equal(found.text.trim(), fs.realpathSync(path.join(cli, 'usertwin')));
  fs.rmSync(folder, { recursive: true });
});

plain('https: a client with the CA succeeds and one without fails', {
  skip: flags.includes('--tls') ? false : 'this binary has no --tls yet, so HTTPS WAS NOT TESTED',
}, async () => {
  const server = await startUsertwin({ tls: true });
  const world = await server.world();
  assert.match(world.url, /^https:/);
  const ask = (more) => new Promise((resolve, reject) => {
    https.get(world.url + ADA, { agent: false, ...more }, (answer) => resolve(answer.statusCode) ?? answer.resume()).on('error', reject);
  });
  await assert.rejects(ask({}));
  assert.equal(await ask({ ca: fs.readFileSync(await world.caFile()) }), 200);
  await world.verify({ exactly: 1, api: 'pbnb' });
});

plain('a server stops, and its token is taken from the environment', async () => {
  process.env.USERTWIN_CONTROL_TOKEN = 'hunter2';
  const server = await startUsertwin().finally(() => delete process.env.USERTWIN_CONTROL_TOKEN);
  assert.ok((await (await server.world()).diff()).empty);
  await assert.rejects((await connectUsertwin(server.url)).world(), ControlError);
  await server.stop();
  assert.equal(await answers(server.url), false);
  await assert.rejects(server.world(), { name: 'ServerDied', message: /ended with exit status 0/ });
  assert.ok(ServerDied.prototype instanceof Error);
});

plain('names of worlds are readable, unique and fit a host name', async () => {
  const server = await startUsertwin();
  const made = [];
  for (const name of ['Ünïcode [a/b]', 'x'.repeat(300), 'x'.repeat(300), '...', 'seed']) made.push((await server.world(name)).name);
  assert.equal(new Set(made).size, 5);
  for (const name of made) assert.match(name, /^[a-z0-9][a-z0-9-]{1,53}$/);
  assert.match(made[0], /^n-code-a-b-/);
});

plain('one copy of the module, whether imported or required', async () => {
  const imported = await import('usertwin');
  const required = createRequire(import.meta.url)('usertwin');
  assert.equal(imported.World, required.World);
  assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort());
});
