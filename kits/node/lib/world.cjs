// A world: a copy of everything, for one test.
'use strict';

const { AssertionError } = require('node:assert');
const { SHOWN, adviceReport, requestsReport, verdictReport } = require('./report.cjs');

// More than a journal holds: lists are asked for whole.
const ALL = 4294967295;

/** What a test drives and asks, beside the app that it tests. */
class World {
  // What `reset` goes back to and `diff` compares with: the server's seed, or the test's own.
  #origin;
  #snapshots = [];

  constructor(server, name, origin, { strictAdvice, allowAdvice = [] }) {
    this.server = server;
    this.name = name;
    this.url = `${server.url}/w/${name}`;
    this.urls = { pbnb: this.url, reseller: `${this.url}/api`, expoints: this.url, adminUsers: this.url };
    this.strictAdvice = strictAdvice;
    this.allowAdvice = allowAdvice;
    this.clock = new Clock(server.control, name);
    this.users = new Users(server.control, name);
    this.#origin = origin;
  }

  /** Requests that match get this effect; all of them, or `times`. What is no name of a fault's belongs to the match. */
  async fault(effect, { times, skip, probability, name, ...match } = {}) {
    return this.#call('POST', '/faults', { body: { name, match, times, skip, probability, effect } });
  }

  async faults() {
    return (await this.#call('GET', '/faults')).faults;
  }

  async clearFaults() {
    await this.#call('DELETE', '/faults');
  }

  /** Rejects with the server's sentence and the nearest requests. Without a number: at least one. */
  async verify({ exactly, atLeast, atMost, ...match } = {}) {
    // Made here, where the line of the test is still on the stack.
    const failure = new AssertionError({ message: 'not verified', operator: 'verify', stackStartFn: this.verify });
    const verdict = await this.#call('POST', '/verify', { body: { match, times: { exactly, atLeast, atMost } } });
    if (verdict.satisfied) return;
    const message = verdictReport(verdict);
    failure.stack = failure.stack.replace(failure.message, () => message);
    failure.message = message;
    throw failure;
  }

  /** The journal, oldest first. */
  async requests(filter = {}) {
    return (await this.#call('GET', '/requests', { query: { limit: ALL, ...filter } })).requests;
  }

  /** What the real service would have done silently, by code. */
  async advice() {
    return (await this.#call('GET', '/advice')).advice;
  }

  /** The requests with their advice, as a failed test prints them. */
  async report() {
    return requestsReport(this.name, this.url, await this.#call('GET', '/requests', { query: { limit: SHOWN } }));
  }

  /** What differs from where the test started, or from another world or snapshot. */
  async diff(from = this.#origin ?? 'seed') {
    return this.#call('GET', '/diff', { query: { from: typeof from === 'string' ? from : from.name } });
  }

  /** The world as a state document. */
  async state() {
    return this.#call('GET', '/state');
  }

  /** Replaces everything; a document with a mistake changes nothing and is refused with line and path. */
  async setState(document) {
    await this.#call('PUT', '/state', { body: document });
  }

  /** Back to where the test started, without faults, journal and frozen clock. */
  async reset() {
    await this.#call('POST', '/reset', { body: this.#origin ? { from: this.#origin } : {} });
  }

  /** A copy to go back to. Snapshots are dropped with the world. */
  async snapshot() {
    const taken = { name: `${this.name}-snap${this.#snapshots.length + 1}` };
    this.#snapshots.push(taken);
    await this.server.control.call('POST', '/worlds', { body: { name: taken.name, from: this.name } });
    return taken;
  }

  /** Back to a snapshot, which can be restored again. As with `reset`, the journal begins anew. */
  async restore(snapshot) {
    await this.#call('POST', '/reset', { body: { from: snapshot.name } });
  }

  /** Mails that would have been sent, with their links. */
  async outbox() {
    return (await this.#call('GET', '/outbox')).mails;
  }

  /** The PEM file that makes a client trust an `https` address of this world. */
  async caFile() {
    return this.server.caFile();
  }

  /** Removes the world and its snapshots; one that is gone already is no error. */
  async drop() {
    for (const { name } of [...this.#snapshots, this]) {
      await this.server.control.call('DELETE', `/worlds/${encodeURIComponent(name)}`);
    }
    this.#snapshots = [];
  }

  /** Rejects if a request got advice of a code that is not allowed. */
  async checkAdvice(allowed = this.allowAdvice) {
    const unexpected = (await this.advice()).filter((one) => !allowed.includes(one.code));
    if (!unexpected.length) return;
    throw new AssertionError({ message: `${adviceReport(unexpected)}\n${await this.report()}`, operator: 'checkAdvice' });
  }

  /** The end of a test that passed. */
  async finish() {
    try {
      if (this.strictAdvice) await this.checkAdvice();
    } finally {
      await this.drop();
    }
  }

  /** The end of a test that failed: its requests for its report. The test's own error is the one to be seen, whatever
   * state the server is in, so this never rejects. A shared server keeps the world. */
  async autopsy() {
    try {
      const text = await this.report();
      if (this.server.shared) return `${text}\nThe world is kept on ${this.server.url}.`;
      await this.drop();
      return text;
    } catch (error) {
      return error.message;
    }
  }

  async [Symbol.asyncDispose]() {
    await this.finish();
  }

  #call(method, path, more) {
    return this.server.control.call(method, `/worlds/${encodeURIComponent(this.name)}${path}`, more);
  }
}

/** The clock of a world: timestamps, expiry of tokens and rate limits follow it. */
class Clock {
  #control;
  #path;

  constructor(control, world) {
    this.#control = control;
    this.#path = `/worlds/${encodeURIComponent(world)}/clock`;
  }

  async read() {
    return this.#control.call('GET', this.#path);
  }

  /** Stops it, at a time such as `2024-03-28T08:12:49Z` or a Date, or where it is. */
  async freeze(at) {
    const now = typeof at?.toISOString === 'function' ? at.toISOString() : (at ?? (await this.read()).now);
    return this.#put({ now, frozen: true });
  }

  /** Moves it by an ISO 8601 duration such as `PT1H`, or by milliseconds. */
  async advance(by) {
    const seconds = typeof by === 'number' ? `${by < 0 ? '-' : ''}PT${(Math.abs(by) / 1000).toFixed(3)}S` : by;
    return this.#put({ advance: seconds });
  }

  /** Back to the time of day. */
  async real() {
    return this.#put({});
  }

  #put(body) {
    return this.#control.call('PUT', this.#path, { body });
  }
}

/** The users of a world as the state document has them, with every facet. */
class Users {
  #control;
  #path;

  constructor(control, world) {
    this.#control = control;
    this.#path = `/worlds/${encodeURIComponent(world)}/users`;
  }

  async list(search) {
    const users = [];
    let after;
    do {
      const page = await this.#control.call('GET', this.#path, { query: { search, limit: 1000, after } });
      users.push(...page.users);
      after = page.next;
    } while (after);
    return users;
  }

  async get(id) {
    return this.#control.call('GET', `${this.#path}/${encodeURIComponent(id)}`);
  }

  async add(user) {
    return this.#control.call('POST', this.#path, { body: user });
  }

  async replace(id, user) {
    return this.#control.call('PUT', `${this.#path}/${encodeURIComponent(id)}`, { body: user });
  }

  async remove(id) {
    await this.#control.call('DELETE', `${this.#path}/${encodeURIComponent(id)}`);
  }
}

module.exports = { World };
