// The examples of the README, each in an empty project.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './support.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const blocks = [...fs.readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)];

assert.ok(blocks.length >= 4, 'the README has an example for each runner');
for (const [, name, source] of blocks) {
  test(`the example ${name} of the README passes`, async () => {
    const folder = path.join(root, 'projects', `readme-${name}`);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{"name": "project", "private": true}');
    fs.writeFileSync(path.join(folder, name), source);
    const bin = (program) => path.join(root, 'node_modules', '.bin', program);
    const [program, args] =
      source.includes('usertwin/vitest') ? [bin('vitest'), ['run', '--root', folder]]
      : source.includes('usertwin/jest') ? [bin('jest'), ['--rootDir', folder, '--ci', '--no-watchman']]
      : source.includes('usertwin/playwright') ? [bin('playwright'), ['test', '--reporter', 'line']]
      : [process.execPath, source.includes('/node-test') ? ['--test', '--test-reporter', 'spec', name] : [name]];
    const { code, text } = await run(program, args, { cwd: folder });
    assert.equal(code, 0, text);
  });
}
