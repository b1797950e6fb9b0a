// The server as a child process that cannot outlive its parent: it ends when the pipe to its standard input closes.
'use strict';

const { spawn } = require('node:child_process');
const { isMainThread } = require('node:worker_threads');
const { ServerDied } = require('./errors.cjs');

const GREETING = 'usertwin listening on ';
const ALWAYS = ['serve', '--listen', '127.0.0.1:0', '--exit-with-stdin', '--log', 'warn'];
const LAST_WORDS = 20;

/** A running server: its address, and what it said last. */
class ServerProcess {
  static async start(binary, args, timeoutMs) {
    const started = new ServerProcess(binary, args);
    started.url = await started.#greeting(binary, timeoutMs);
    started.#letGo();
    return started;
  }

  #child;
  #words = [];
  #ended;
  #stopped = false;
  #fault;

  constructor(binary, args) {
    // A session of its own, so that Ctrl-C ends the tests and not the server under them. On Windows that would open a
    // console window.
    this.#child = spawn(binary, [...ALWAYS, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', resolve);
      this.#child.once('error', (error) => {
        this.#fault = error;
        resolve();
      });
    });
    // What is written to a dead server is of no interest.
    this.#child.stdin.on('error', () => {});
    let rest = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      this.#words = [...this.#words, ...lines.filter(Boolean)].slice(-LAST_WORDS);
    });
    this.#child.stderr.on('end', () => rest && this.#words.push(rest));
  }

  get pid() {
    return this.#child.pid;
  }

  get running() {
    return !this.#fault && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Undefined while the server runs; else one sentence, with its last words. */
  async obituary() {
    // The connection breaks an instant before the system knows that the process is gone.
    await this.#within(500);
    if (this.running) return undefined;
    return `The usertwin server ended with ${this.#status()}${this.#lastWords()}`;
  }

  /** Closes the pipe and waits; a server that does not take the hint is killed. */
  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#child.ref();
    this.#child.stdin.end();
    if (!(await this.#within(12_000))) {
      this.#child.kill('SIGKILL');
      await this.#ended;
    }
  }

  async #greeting(binary, timeoutMs) {
    let timer;
    const stdout = this.#child.stdout.setEncoding('utf8');
    const line = new Promise((resolve) => {
      let text = '';
      // Read on after the first line: a pipe that nobody reads fills up, and then the server hangs.
      stdout.on('data', (more) => {
        if (text.includes('\n')) return;
        text += more;
        if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
      });
    });
    const late = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs, null)));
    const said = await Promise.race([line, late, this.#ended.then(() => undefined)]);
    clearTimeout(timer);
    if (said?.startsWith(GREETING)) return said.slice(GREETING.length).split(/\s/, 1)[0];
    if (this.#fault) throw new ServerDied(`${binary} could not be started: ${this.#fault.message}.`);
    if (said === undefined) {
      throw new ServerDied(`${binary} did not start; it ended with ${this.#status()}${this.#lastWords()}`);
    }
    this.#child.kill('SIGKILL');
    for (const pipe of this.#child.stdio) pipe?.destroy();
    if (said === null) {
      throw new ServerDied(`${binary} did not say within ${timeoutMs} ms where it listens${this.#lastWords()}`);
    }
    throw new ServerDied(`${binary} began with '${said}' instead of where it listens; is it usertwin?`);
  }

  /** A server must not keep the process alive that started it. */
  #letGo() {
    this.#child.unref();
    for (const pipe of this.#child.stdio) pipe?.unref?.();
    // Their parent is the runner; a thread's would be whatever shell started the run.
    if (isMainThread && (process.env.NODE_TEST_CONTEXT || process.env.VITEST)) this.#endWithTheRunner();
  }

  /** `node --test` and Vitest, when killed, leave the processes of their files behind, which would keep their servers. */
  #endWithTheRunner() {
    const runner = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === runner) return;
      clearInterval(watch);
      this.#child.stdin.end();
    }, 500);
    watch.unref();
  }

  /** Whether it has ended within that time. */
  async #within(ms) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, ms, false)));
    const ended = await Promise.race([this.#ended.then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  #status() {
    return this.#child.signalCode ? `signal ${this.#child.signalCode}` : `exit status ${this.#child.exitCode}`;
  }

  #lastWords() {
    return this.#words.length ? `, and said:\n  ${this.#words.join('\n  ')}` : ', without a word.';
  }
}

module.exports = { ServerProcess };
