// What each runner makes of the kit: parallel files, a failed test's report, strict advice, a shared server, a dead one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startUsertwin } from 'usertwin';
import { answers, run, until, worlds } from './support.mjs';
import { FILES, write } from './runners/write.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

function command(runner, folder) {
  const files = fs.readdirSync(folder).filter((name) => /\.(test|spec)\./.test(name));
  return {
    'node-test': [process.execPath, ['--test', '--test-reporter', 'spec', ...files]],
    vitest: [bin('vitest'), ['run', '--pool', 'forks', '--maxWorkers', '2', '--minWorkers', '1']],
    jest: [bin('jest'), ['--maxWorkers', '2', '--ci', '--no-watchman']],
    playwright: [bin('playwright'), ['test']],
  }[runner];
}

function runs(runner, bodies, env = {}) {
  const folder = write(root, runner, bodies);
  const [program, args] = command(runner, folder);
  return run(program, args, { cwd: folder, env });
}

const RUNNERS = Object.keys(FILES);
// A machine with two cores: two runners at a time.
const options = { concurrency: Number(process.env.WORKERS ?? 2) };

describe('runners', options, () => {
  for (const runner of RUNNERS) {
    test(`failure-report: ${runner} prints the requests with advice, and tests beside it pass on one server a process`, async () => {
      const { code, text } = await runs(runner, ['one', 'two', 'fails']);
      assert.equal(code, 1, text);
      assert.match(text, /Expected exactly 1 request with api pbnb, operation getUser; there were 0, of 1 request/);
      assert.match(text, /World is-meant-to-fail-[0-9a-f]{8} at http:\S+ was asked 1 request:/);
      assert.match(text, /PATCH \/v1\/core\/Accounts\/2\/users\/1 -> 200 {2}pbnb patchUser\s+advice pbnb\.member-not-updatable: Email was sent/);
      const pairs = [...text.matchAll(/SERVER (\d+) (\d+)/g)].map(([, process, server]) => [process, server]);
      assert.equal(pairs.length, 3, text);
      const byProcess = new Map(pairs);
      assert.equal(new Set(pairs.map(String)).size, byProcess.size, `a process had two servers: ${pairs.join(' ')}`);
      assert.equal(new Set(byProcess.values()).size, byProcess.size, 'each process has a server of its own');
      await until(async () => pairs.every(([, pid]) => !alive(pid)), 5000, 'a server outlived the run');
    });
  }

  for (const runner of RUNNERS) {
    test(`shared-server: ${runner} uses the server of USERTWIN_URL; with strict-advice on, ignored members fail`, async () => {
      const server = await startUsertwin();
      const env = { USERTWIN_URL: server.url, USERTWIN_BIN: '/nonexistent', USERTWIN_STRICT_ADVICE: '1' };
      const { code, text } = await runs(runner, ['two', 'ignored'], env);
      assert.equal(code, 1, text);
      assert.match(text, /without a word:\s+pbnb\.member-not-updatable \(1x\): Email was sent and ignored/);
      assert.match(text, /SERVER \d+ undefined/);
      // The one that failed by its advice has said all there is; worlds of tests that passed are gone.
      assert.deepEqual(await worlds(server), ['main']);
      await server.stop();
    });
  }

  test('worlds-apart: files that run at once have a server each in their own process', async () => {
    const { code, text } = await runs('node-test', ['one', 'two']);
    assert.equal(code, 0, text);
    const servers = new Set([...text.matchAll(/SERVER \d+ (\d+)/g)].map(([, pid]) => pid));
    assert.equal(servers.size, 2, text);
  });

  test('shared-server: a failed world is kept and said so', async () => {
    const server = await startUsertwin();
    const { text } = await runs('node-test', ['fails'], { USERTWIN_URL: server.url });
    assert.match(text, new RegExp(`The world is kept on ${server.url}\\.`));
    assert.match((await worlds(server)).join(), /^is-meant-to-fail-[0-9a-f]{8},main$/);
    await server.stop();
  });

  for (const runner of ['node-test', 'jest']) {
    test(`server-dead: ${runner} says so in one sentence`, async () => {
      const { code, text } = await runs(runner, ['killed']);
      assert.equal(code, 1);
      assert.match(text, /ServerDied: The usertwin server ended with signal SIGKILL, without a word\./);
    });
  }

  for (const runner of RUNNERS) {
    test(`no-orphan: after a SIGKILL of ${runner}`, async () => {
      const folder = write(root, runner, ['long']);
      const [program, args] = command(runner, folder);
      const { NODE_TEST_CONTEXT, ...env } = process.env;
      const child = spawn(program, args, { cwd: folder, env, stdio: 'ignore', detached: true });
      const ready = path.join(folder, 'ready');
      await until(() => fs.existsSync(ready), 40_000, 'the test did not begin');
      const url = fs.readFileSync(ready, 'utf8');
      assert.ok(await answers(url));
      child.kill('SIGKILL');
      try {
        await until(async () => !(await answers(url)), 2000, 'the server outlived the run by two seconds');
      } finally {
        // A worker of Vitest whose runner is gone spins for ever.
        try { process.kill(-child.pid, 'SIGKILL'); } catch { /* None is left. */ }
      }
    });
  }
});

function alive(pid) {
  try {
    // A process that ended and that nobody waits for is no server.
    return !fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
