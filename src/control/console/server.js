// Asking the control API: the token of the tab, problem documents, streams, and what happens when the server is away.
// Nothing is asked while the page is hidden.

import { cell } from './cell.js';
import { useEffect, useRef, useState } from './html.js';

// `/_usertwin`, wherever a proxy has put it.
export const CONTROL = new URL('.', location.href).pathname.replace(/\/$/, '');
const KEPT = 'usertwin.controlToken';

// Whether the server wants a token that it has not got.
export const locked = cell(false);
// Whether the server answers.
export const online = cell(true);
// Counts the times at which everything has to be asked again: another token, another server.
export const session = cell(0);

export const token = () => sessionStorage.getItem(KEPT) ?? '';

export function unlock(value) {
  sessionStorage.setItem(KEPT, value);
  locked.set(false);
  session.set(session.get() + 1);
}

// What went wrong, as the server says it.
export class Problem extends Error {
  constructor(status, detail, problems = []) {
    super(detail);
    this.status = status;
    this.problems = problems;
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Returns once the page can be seen.
export function shown() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      done();
    };
    document.addEventListener('visibilitychange', look);
  });
}

let waiting = false;
// The server is away: look for it until it answers, then ask for everything again.
async function lost() {
  online.set(false);
  if (waiting) return;
  waiting = true;
  for (let pause = 300; ; pause = Math.min(pause * 1.5, 4000)) {
    await sleep(pause);
    await shown();
    try {
      if ((await fetch(`${CONTROL}/health`, { cache: 'no-store' })).ok) break;
    } catch {
      // Still away.
    }
  }
  waiting = false;
  online.set(true);
  session.set(session.get() + 1);
}

async function problem(response) {
  const text = await response.text();
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    said = { detail: text.slice(0, 500) };
  }
  return new Problem(response.status, said.detail ?? said.title ?? `The server answered ${response.status}.`, said.problems);
}

async function answer(path, options = {}) {
  await shown();
  const sent = token();
  const headers = { ...options.headers, ...(sent && { Authorization: `Bearer ${sent}` }) };
  let response;
  try {
    response = await fetch(CONTROL + path, { ...options, headers, cache: 'no-store' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    lost();
    throw new Problem(0, 'The server does not answer.');
  }
  // A late refusal of an earlier token says nothing about the one that was entered meanwhile.
  if (response.status === 401 && sent === token()) locked.set(true);
  if (!response.ok) throw await problem(response);
  return response;
}

// A call's answer: JSON as a value, anything else as text.
export async function call(path, { method = 'GET', json, text, signal } = {}) {
  const body = json === undefined ? text : JSON.stringify(json);
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await answer(path, { method, body, headers, signal });
  if (response.status === 204) return null;
  const said = await response.text();
  return /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(said) : said;
}

const answers = new Map();
session.follow(() => answers.clear());

// What does not change while a server runs is asked once; a question that failed is asked again.
export function callOnce(path) {
  if (!answers.has(path)) {
    const asked = call(path);
    answers.set(path, asked);
    asked.catch(() => answers.get(path) === asked && answers.delete(path));
  }
  return answers.get(path);
}

export const query = (members) => {
  const kept = Object.entries(members).filter(([, value]) => value !== '' && value !== undefined && value !== null);
  return kept.length ? `?${new URLSearchParams(kept)}` : '';
};

export const world = (name) => `/worlds/${encodeURIComponent(name)}`;

// Worlds that are counted one by one where the list of worlds has no counts.
const COUNTED = 20;

// The worlds of the server with the numbers of their requests and of the advice they got.
export async function worlds() {
  const list = (await call('/worlds')).worlds;
  const without = list.filter((one) => one.requests === undefined).slice(0, COUNTED);
  await Promise.all(
    without.map(async (one) => {
      try {
        const [requests, advice] = await Promise.all([call(`${world(one.name)}/requests?limit=1`), call(`${world(one.name)}/advice`)]);
        Object.assign(one, { requests: requests.total, dropped: requests.dropped, advice: advice.total });
      } catch {
        // Dropped meanwhile.
      }
    }),
  );
  return list;
}

// Follows server-sent events by fetch, since an EventSource cannot send a token. `on.open` is called with every new
// connection, `on.event` with the name and data of every event. Returns what ends it.
export function follow(path, on) {
  let ended = false;
  let controller;
  const hide = () => document.hidden && controller?.abort();
  document.addEventListener('visibilitychange', hide);
  (async () => {
    for (let pause = 300; !ended; ) {
      controller = new AbortController();
      try {
        const response = await answer(path, { signal: controller.signal });
        pause = 300;
        on.open();
        await events(response.body, on.event);
      } catch (error) {
        if (error.status === 401 || (error.status >= 400 && error.status < 500)) {
          on.problem?.(error);
          return;
        }
      }
      if (!ended && !document.hidden) {
        await sleep(pause);
        pause = Math.min(pause * 2, 4000);
      }
    }
  })();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', hide);
    controller?.abort();
  };
}

async function events(body, on) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      let name = 'message';
      const data = [];
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      if (data.length) on(name, data.join('\n'));
    }
  }
}

// What `load` answers, asked again when `needs` change or the server was away; `load` may be null for nothing to ask.
export function useLoad(load, needs) {
  const [state, set] = useState({});
  const [turn, next] = useState(0);
  const [times, setTimes] = useState(session.get());
  useEffect(() => session.follow(setTimes), []);
  useEffect(() => {
    if (!load) return set({});
    let wanted = true;
    Promise.resolve(load()).then(
      (value) => wanted && set({ value }),
      (problem) => wanted && set((before) => ({ ...before, problem })),
    );
    return () => {
      wanted = false;
    };
  }, [...needs, turn, times]);
  return { ...state, reload: () => next((n) => n + 1) };
}

// What the newest question answers, and the function that asks: a poll that was answered late does not undo what an
// action has brought since.
export function useNewest(ask) {
  const [value, set] = useState(null);
  const turn = useRef(0);
  const load = async (question = ask) => {
    turn.current += 1;
    const mine = turn.current;
    const answer = await question();
    if (mine === turn.current) set(answer);
  };
  return [value, load];
}

// Calls `tick` now and every `ms` while the page can be seen.
export function useEvery(ms, tick, needs = []) {
  useEffect(() => {
    let on = true;
    let timer;
    (async () => {
      while (on) {
        await shown();
        if (!on) return;
        try {
          await tick();
        } catch {
          // The banner says that the server is away.
        }
        await new Promise((done) => {
          timer = setTimeout(done, ms);
        });
      }
    })();
    return () => {
      on = false;
      clearTimeout(timer);
    };
  }, needs);
}
