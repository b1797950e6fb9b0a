// Calls of the control API. Over node:http rather than fetch: mocking libraries replace fetch, jsdom has none.
'use strict';

const http = require('node:http');
const https = require('node:https');
const { ControlError, ServerDied, UsertwinError } = require('./errors.cjs');

// Longer than any control call takes; shorter than the patience of a CI job.
const TIMEOUT_MS = 60_000;

/** The control API of one server. `obituary` says, once the server has died, how. */
class Control {
  #token = process.env.USERTWIN_CONTROL_TOKEN;
  #obituary;

  constructor(url, obituary = async () => undefined) {
    this.url = url;
    this.#obituary = obituary;
  }

  async call(method, path, { body, query } = {}) {
    const text = (await this.raw(method, path, { body, query })).toString('utf8');
    return text ? JSON.parse(text) : undefined;
  }

  async raw(method, path, { body, query = {} } = {}) {
    const url = new URL(`${this.url}/_usertwin${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    const headers = {};
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    let answer;
    try {
      answer = await send(method, url, headers, body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      const died = await this.#obituary();
      if (died) throw new ServerDied(died);
      throw new UsertwinError(`${method} ${url} was not answered: ${error.message || error.code}`);
    }
    if (answer.status >= 400) throw refusal(url, answer);
    return answer.body;
  }
}

function send(method, url, headers, body) {
  const payload = body === undefined ? undefined : Buffer.from(body);
  const all = payload ? { ...headers, 'content-length': payload.length } : headers;
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    // No agent: a connection kept open would keep the test run from ending.
    const request = client.request(url, { method, headers: all, agent: false, timeout: TIMEOUT_MS }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('the answer broke off')));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(parts) }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
    request.end(payload);
  });
}

function refusal(url, { status, body }) {
  const text = body.toString('utf8');
  try {
    const problem = JSON.parse(text);
    if (typeof problem.detail === 'string') return new ControlError(status, problem.detail, problem.problems);
  } catch {
    // Below.
  }
  return new ControlError(status, `${url} answered ${status}, which no usertwin says: ${text.slice(0, 300)}`);
}

module.exports = { Control };
