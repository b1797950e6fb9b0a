// What several files of this suite need: demo requests, and runs of other programs.
import { spawn } from 'node:child_process';
import net from 'node:net';

export const ADA = '/v1/core/Accounts/2/users/1';
export const ADA_ID = 'f4237dd3-01ff-48d8-8d90-16c06605724f';
export const TENANT = '6172bb3d-e843-46bb-93a3-334505974ad9';
export const GOOD = { Authorization: 'Bearer good' };

export async function username(world) {
  return (await (await fetch(world.url + ADA, { headers: GOOD })).json()).Data.Username;
}

export async function patch(url, body) {
  const headers = { ...GOOD, 'Content-Type': 'application/json' };
  return (await fetch(url, { method: 'PATCH', headers, body: JSON.stringify(body) })).json();
}

export async function rename(world, name) {
  if (!(await patch(world.url + ADA, { Username: name })).Success) throw new Error(`not renamed to ${name}`);
}

/** The names of the worlds of a server. */
export async function worlds(server) {
  const { worlds } = await (await fetch(`${server.url}/_usertwin/worlds`)).json();
  return worlds.map((world) => world.name).sort();
}

/** Runs a program to its end: its exit status and everything it said. Colours and the outer runner are not its affair. */
export function run(command, args, { env = {}, cwd } = {}) {
  const { NODE_TEST_CONTEXT, FORCE_COLOR, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd, timeout: 120_000, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'],
    env: Object.fromEntries(Object.entries({ ...inherited, NO_COLOR: '1', CI: '1', ...env }).filter(([, value]) => value !== undefined)),
  });
  let text = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (more) => (text += more));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, text }));
  });
}

/** Whether somebody listens there. */
export function answers(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = net.connect(port, hostname, () => resolve(true) || socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

export async function until(what, ms, message) {
  for (const end = Date.now() + ms; !(await what()); ) {
    if (Date.now() > end) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
