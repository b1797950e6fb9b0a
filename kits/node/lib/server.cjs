// A server: one that this process starts, or one that runs already.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const childProcess = require('node:child_process');
const { findBinary } = require('./binary.cjs');
const { Control } = require('./control.cjs');
const { ControlError, ServerDied, UsertwinError } = require('./errors.cjs');
const { ServerProcess } = require('./process.cjs');
const { World } = require('./world.cjs');

// Together with a hash and the number of a snapshot it stays below the 63 characters of a host name's label.
const LONGEST_NAME = 40;

/** Where the APIs are served. `startUsertwin` and `connectUsertwin` make one. */
class Server {
  #process;
  #seed;
  // Two runs that share a server never take each other's names.
  #run = crypto.randomUUID();
  #made = 0;
  #origins = new Map();
  #caFile;

  constructor(url, control, process, { seed, strictAdvice = flag('USERTWIN_STRICT_ADVICE') } = {}) {
    this.url = url;
    this.control = control;
    this.strictAdvice = strictAdvice;
    this.#process = process;
    this.#seed = seed;
  }

  /** Whether it was running before, and goes on afterwards. */
  get shared() {
    return this.#process === undefined;
  }

  get pid() {
    return this.#process?.pid;
  }

  /** The PEM file of the CA that signed the server's certificates. */
  async caFile() {
    if (!this.#caFile) {
      const pem = await this.control.raw('GET', '/ca.pem');
      this.#caFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'usertwin-')), 'ca.pem');
      fs.writeFileSync(this.#caFile, pem);
    }
    return this.#caFile;
  }

  /** A new world, whose name is this one and a hash. It starts from `seed`, or from the server's. */
  async world(name = 'test', { seed, strictAdvice = this.strictAdvice, allowAdvice } = {}) {
    const document = seed === undefined ? this.#seed : readSeed(seed);
    const origin = document && (await this.#origin(document));
    const unique = worldName(name, `${this.#run} ${++this.#made}`);
    await this.control.call('POST', '/worlds', { body: { name: unique, from: origin } });
    return new World(this, unique, origin, { strictAdvice, allowAdvice });
  }

  /** Runs the body with a world: dropped after a pass, reported on stderr after a failure. */
  async withWorld(name, options, body) {
    if (typeof options === 'function') return this.withWorld(name, {}, options);
    const world = await this.world(name, options);
    let result;
    try {
      result = await body(world);
    } catch (error) {
      console.error(await world.autopsy());
      throw error;
    }
    await world.finish();
    return result;
  }

  /** Ends a server that was started here, and takes back what was left on one that was not. */
  async stop() {
    if (this.#process) {
      await this.#process.stop();
    } else {
      for (const made of this.#origins.values()) {
        const name = await made.catch(() => undefined);
        if (name) await this.control.call('DELETE', `/worlds/${name}`).catch(() => undefined);
      }
    }
    this.#origins.clear();
    if (this.#caFile) fs.rmSync(path.dirname(this.#caFile), { recursive: true, force: true });
    this.#caFile = undefined;
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }

  /** The world that holds a document as it was given: what tests with that seed are copies of, `reset` goes back to and
   * `diff` compares with. Made once for each document, also by tests that begin at once. */
  #origin(document) {
    const text = JSON.stringify(document);
    if (!this.#origins.has(text)) {
      const made = this.#makeOrigin(worldName('seed', `${this.#run} ${text}`), document);
      made.catch(() => this.#origins.delete(text));
      this.#origins.set(text, made);
    }
    return this.#origins.get(text);
  }

  async #makeOrigin(name, document) {
    await this.control.call('POST', '/worlds', { body: { name } });
    try {
      await this.control.call('PUT', `/worlds/${name}/state`, { body: document });
    } catch (error) {
      await this.control.call('DELETE', `/worlds/${name}`);
      throw error;
    }
    return name;
  }
}

/** Starts a server on a free port. It ends with this process, even if that is killed. */
async function startUsertwin(options = {}) {
  return started(await launch(options), options);
}

async function launch({ seed, args = [], tls = flag('USERTWIN_TLS'), binary, timeoutMs = 30_000 }) {
  const flags = [...args];
  let folder;
  if (typeof seed === 'string' || isUrl(seed)) {
    flags.push('--seed', isUrl(seed) ? fileURLToPath(seed) : seed);
  } else if (seed) {
    // Read before the first line is printed, so it need not outlive the start.
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'usertwin-'));
    fs.writeFileSync(path.join(folder, 'seed.json'), JSON.stringify(seed));
    flags.push('--seed', path.join(folder, 'seed.json'));
  }
  if (tls) flags.push('--tls');
  try {
    const process = await ServerProcess.start(binary ?? findBinary(), flags, timeoutMs);
    return { process, tls };
  } finally {
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function started({ process, tls }, options) {
  const address = process.url.replace(/^https?:\/\//, '');
  // HTTP and HTTPS share the port: the control API needs no trust in a certificate.
  const control = new Control(`http://${address}`, () => process.obituary());
  return new Server(`${tls ? 'https' : 'http'}://${address}`, control, process, { strictAdvice: options.strictAdvice });
}

/** A server that runs already and is shared. Its worlds start from `seed`, if one is named, instead of its own. */
async function connectUsertwin(url, { seed, tls = flag('USERTWIN_TLS'), ...more } = {}) {
  let address = String(url).replace(/\/+$/, '');
  const control = new Control(address);
  try {
    await control.call('GET', '/health');
  } catch (error) {
    if (error instanceof ControlError) throw new UsertwinError(`${address} is no usertwin server: ${error.message}`);
    throw new ServerDied(`No usertwin server answers at ${address}: ${error.message}`);
  }
  if (tls) address = address.replace(/^http:/, 'https:');
  return new Server(address, control, undefined, { seed: seed === undefined ? undefined : readSeed(seed), ...more });
}

const PROCESS = Symbol.for('usertwin.process');
let shared;

/** The server of this process, which USERTWIN_URL names or which is started once. */
function sharedServer() {
  shared ??= begin().catch((error) => {
    // The next test tries again: a server that was late once is not missing for ever.
    shared = undefined;
    throw error;
  });
  return shared;
}

async function begin() {
  if (process.env.USERTWIN_URL) return connectUsertwin(process.env.USERTWIN_URL);
  // Jest and Vitest load modules and globals anew for each file of tests; a module of Node's own stays. Only the process
  // hangs on it: `instanceof` fails for objects that another file's modules made.
  childProcess[PROCESS] ??= launch({});
  try {
    return started(await childProcess[PROCESS], {});
  } catch (error) {
    delete childProcess[PROCESS];
    throw error;
  }
}

function flag(name) {
  return ['1', 'true', 'yes'].includes((process.env[name] ?? '').toLowerCase());
}

// Not by `instanceof`: a runner may give tests a URL of their own.
function isUrl(value) {
  return Object.prototype.toString.call(value) === '[object URL]';
}

/** Undefined is the server's own seed. */
function readSeed(seed) {
  if (seed === 'demo') return undefined;
  if (seed === 'empty') return {};
  if (typeof seed !== 'string' && !isUrl(seed)) return seed;
  let text;
  try {
    text = fs.readFileSync(isUrl(seed) ? fileURLToPath(seed) : seed, 'utf8');
  } catch (error) {
    throw new UsertwinError(`The state document ${seed} cannot be read: ${error.message}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsertwinError(`The state document ${seed} is no JSON: ${error.message}.`);
  }
}

/** In lower case and without dots, so that `http://NAME.localhost` reaches the world as well. */
function worldName(text, salt) {
  const trim = (part) => part.replace(/^-+|-+$/g, '');
  const readable = trim(trim(text.toLowerCase().replace(/[^a-z0-9]+/g, '-')).slice(0, LONGEST_NAME));
  const digest = crypto.createHash('sha256').update(`${text} ${salt}`).digest('hex').slice(0, 8);
  return `${readable || 'test'}-${digest}`;
}

module.exports = { Server, startUsertwin, connectUsertwin, sharedServer };
