// Writes a project for each runner: the same tests, and what each needs around them.
import fs from 'node:fs';
import path from 'node:path';

const HEADS = {
  'node-test': "import assert from 'node:assert/strict';\nimport { test } from 'usertwin/node-test';\nconst equal = assert.equal;\n",
  vitest: "import { expect } from 'vitest';\nimport { test } from 'usertwin/vitest';\nconst equal = (a, b) => expect(a).toBe(b);\n",
  jest: "const { test } = require('usertwin/jest');\nconst equal = (a, b) => expect(a).toBe(b);\n",
  playwright: "import { expect, test } from 'usertwin/playwright';\nconst equal = (a, b) => expect(a).toBe(b);\n",
};

export const FILES = {
  'node-test': (name) => `${name}.test.mjs`,
  vitest: (name) => `${name}.test.mjs`,
  jest: (name) => `${name}.test.cjs`,
  playwright: (name) => `${name}.spec.mjs`,
};

const COMMON = `
const user = (usertwin) => usertwin.url + '/v1/core/Accounts/2/users/1';
const patch = (usertwin, body) => fetch(user(usertwin), {
  method: 'PATCH', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', AuthToken: 'good' },
});
`;

const renames = (name) => `
test('renames to ${name}', async ({ usertwin, SERVER }) => {
  await usertwin.fault({ status: 503 }, { times: 1 });
  equal((await patch(usertwin, { Username: '${name}' })).status, 503);
  equal((await patch(usertwin, { Username: '${name}' })).status, 200);
  equal((await usertwin.users.list('${name}')).length, 1);
  equal((await usertwin.diff()).changed.length, 1);
  await usertwin.verify({ exactly: 2, api: 'pbnb', operation: 'patchUser' });
  console.log('SERVER ' + process.pid + ' ' + SERVER.pid);
});
`;

const BODIES = {
  one: renames('countess') + renames('lovelace'),
  two: renames('byron'),
  fails: `
test('is meant to fail', async ({ usertwin }) => {
  await patch(usertwin, { Email: 'countess@example.com' });
  await usertwin.verify({ exactly: 1, api: 'pbnb', operation: 'getUser' });
});
`,
  ignored: `
test('is ignored by the real service', async ({ usertwin }) => {
  equal((await patch(usertwin, { Email: 'countess@example.com' })).status, 200);
});
`,
  killed: `
test('kills the server', async ({ usertwin, SERVER }) => {
  process.kill(SERVER.pid, 'SIGKILL');
  await usertwin.advice();
});
`,
  long: `
test('goes on', async ({ usertwin, SERVER }) => {
  require('node:fs').writeFileSync('url', SERVER.url);
  require('node:fs').renameSync('url', 'ready');
  await new Promise((resolve) => setTimeout(resolve, 25000));
});
`,
};

const CONFIGS = {
  'node-test': {},
  vitest: { 'vitest.config.mjs': "export default { test: { include: ['*.test.mjs'], testTimeout: 30000 } };\n" },
  jest: { 'jest.config.json': '{"testMatch": ["<rootDir>/*.test.cjs"], "testTimeout": 30000}\n' },
  playwright: { 'playwright.config.mjs': "export default { testDir: '.', workers: 2, reporter: 'line', fullyParallel: false };\n" },
};

export function write(root, runner, bodies) {
  const folder = path.join(root, 'projects', `${runner}-${bodies.join('-')}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const server = runner === 'vitest' || runner === 'playwright' ? 'usertwinServer' : 'server';
  const head = runner === 'jest' ? '' : "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n";
  for (const body of bodies) {
    const named = BODIES[body].replaceAll('usertwin, SERVER }', `usertwin, ${server} }`).replaceAll('SERVER.', `${server}.`);
    fs.writeFileSync(path.join(folder, FILES[runner](body)), HEADS[runner] + head + COMMON + named);
  }
  for (const [name, text] of Object.entries(CONFIGS[runner])) fs.writeFileSync(path.join(folder, name), text);
  fs.writeFileSync(path.join(folder, 'package.json'), '{"name": "project", "private": true}\n');
  return folder;
}
