// The journal as it grows: a filtered list that only draws the rows in sight, the chosen request beside it.

import { ALL, address, adjust, go, place } from './address.js';
import { firsts, titled, useApis } from './apis.js';
import { useCell } from './cell.js';
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from './html.js';
import { Chip, Copy, Failed, ask, say } from './parts.js';
import { Request, copyCurl } from './request.js';
import { call, follow, query, useLoad, world as at } from './server.js';
import { T, clock, plain, size, took } from './text.js';

// The newest rows that are kept, and the rows that are asked for first, so that something is seen at once.
const KEPT = 10000;
const FIRST = 100;

// A row without headers and bodies: ten thousand of them are small.
const row = ({ request: _, response: __, ...rest }) => rest;

// The worlds whose requests are asked for when all are shown: those that were used last.
const WORLDS = 12;

// The newest requests of the worlds that were used last, in the order of their clocks.
async function everywhere(limit) {
  const used = (await call('/worlds')).worlds.filter((one) => one.requests !== 0);
  const last = used.sort((a, b) => (b.lastUsedAt ?? '').localeCompare(a.lastUsedAt ?? '')).slice(0, WORLDS);
  const answers = await Promise.all(last.map((one) => call(`${at(one.name)}/requests${query({ limit: Math.min(limit, 500) })}`).catch(() => ({ requests: [] }))));
  const requests = answers.flatMap((one) => one.requests).sort((a, b) => a.at.localeCompare(b.at));
  return { requests, total: Math.min(requests.length, limit) };
}

// The rows of a world or of all, oldest first, and what came while the list was paused.
function useFeed(world, paused) {
  const feed = useRef();
  const [, draw] = useState(0);
  const [problem, fail] = useState(null);
  const [ready, done] = useState(false);
  useEffect(() => {
    const rows = [];
    const known = new Set();
    const mine = { rows, known, held: [], dropped: 0, turn: 0 };
    feed.current = mine;
    done(false);
    fail(null);
    let due = null;
    let ended = false;
    const soon = () => {
      due ??= setTimeout(() => {
        due = null;
        draw((n) => n + 1);
      }, 60);
    };
    const add = (entry) => {
      if (known.has(entry.id)) return;
      known.add(entry.id);
      (mine.paused ? mine.held : rows).push(row(entry));
      if (rows.length > KEPT) for (const old of rows.splice(0, rows.length - KEPT)) known.delete(old.id);
      soon();
    };
    // A new connection begins anew: after a restart the journal is another one.
    const load = async () => {
      mine.turn += 1;
      const { turn } = mine;
      for (const limit of [FIRST, KEPT]) {
        const answer = world === ALL ? await everywhere(limit) : await call(`${at(world)}/requests${query({ limit })}`);
        if (ended || turn !== mine.turn) return;
        const listed = answer.requests;
        const ids = new Set(listed.map((one) => one.id));
        const later = rows.filter((one) => !ids.has(one.id) && mine.fresh.has(one.id));
        rows.splice(0, rows.length, ...listed.map(row), ...later);
        known.clear();
        for (const one of rows) known.add(one.id);
        for (const one of mine.held) known.add(one.id);
        mine.dropped = answer.dropped ?? 0;
        done(true);
        draw((n) => n + 1);
        if (answer.total !== undefined && answer.total <= limit) return;
      }
    };
    const reload = () => {
      mine.fresh = new Set();
      load().catch((problem) => problem.status >= 400 && fail(problem));
    };
    const end = follow(`${world === ALL ? '' : at(world)}/requests/stream`, {
      open: reload,
      event: (name, data) => {
        if (name === 'reload') return reload();
        if (name !== 'request') return;
        const entry = JSON.parse(data);
        mine.fresh.add(entry.id);
        add(entry);
      },
      problem: fail,
    });
    return () => {
      ended = true;
      clearTimeout(due);
      end();
    };
  }, [world]);
  const now = feed.current ?? { rows: [], held: [], known: new Set(), dropped: 0 };
  now.paused = paused;
  if (!paused && now.held.length) now.rows.push(...now.held.splice(0));
  const clear = () => {
    now.rows.length = 0;
    now.held.length = 0;
    draw((n) => n + 1);
  };
  return { ...now, count: now.rows.length, last: now.rows.at(-1), problem, ready, clear };
}

const words = (one) => `${one.method} ${one.path}${one.query ? `?${one.query}` : ''} ${one.operation ?? ''} ${one.status ?? ''} ${one.advice.map((note) => `${note.code} ${note.message}`).join(' ')}`.toLowerCase();

function wanted(asked) {
  const text = (asked.q ?? '').toLowerCase();
  return (one) =>
    (!asked.api || one.api === asked.api) &&
    (!asked.status || String(one.status ?? 0)[0] === asked.status) &&
    (!asked.advice || (asked.advice === 'any' ? one.advice.length > 0 : one.advice.some((note) => note.code === asked.advice))) &&
    (!asked.fault || one.fault) &&
    (!asked.unmatched || !one.operation) &&
    (!text || words(one).includes(text));
}

// Heights in pixels, as console.css has them: a line, and each note under it.
const LINE = 28;
const NOTE = 18;
const NOTES = 2;
const notes = (one) => (one.fault ? 1 : 0) + Math.min(one.advice.length, NOTES);

export function Live() {
  const { world, id, query: asked } = useCell(place);
  const [paused, pause] = useState(false);
  const feed = useFeed(world, paused);
  const apis = useApis();
  const box = useRef();
  const list = useRef();
  const rows = useMemo(() => feed.rows.filter(wanted(asked)).reverse(), [feed.rows, feed.count, feed.last, asked, feed.ready]);
  const chosen = rows.findIndex((one) => one.id === id);
  const filter = (members) => adjust({ query: members });
  const pick = (one) => one && adjust({ id: one.id, query: { of: world === ALL ? one.world : '' } });
  // For keys: they may come faster than the page is drawn, and what it shows is then a row behind.
  const here = () => rows.findIndex((one) => one.id === place.get().id);
  const step = (by) => pick(rows[Math.min(Math.max(here() < 0 ? (by > 0 ? 0 : -1) : here() + by, 0), rows.length - 1)]);
  const open = () => here() >= 0 && go({ world: rows[here()].world, page: 'request', id: rows[here()].id });
  const keys = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), PageDown: () => step(15), PageUp: () => step(-15),
    Home: () => pick(rows[0]), End: () => pick(rows.at(-1)), Enter: open, c: () => here() >= 0 && copyCurl(rows[here()]), p: () => pause(!paused), '/': () => box.current.focus(), Escape: () => adjust({ id: '', query: { of: '' } }),
  };
  useEffect(() => {
    const key = (event) => {
      const inside = event.target.closest?.('input,select,textarea,button,a,[role=tab],dialog,.detail');
      const typed = ['j', 'k', 'c', 'p', '/', 'Escape'].includes(event.key);
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('dialog')) return;
      if (inside && (!typed || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName))) {
        if (event.target === box.current && event.key === 'Escape') list.current?.focus();
        return;
      }
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  });
  const clear = async () => {
    const where = world === ALL ? 'every world shown here' : `the world ${world}`;
    if (!(await ask('Clear the journal', `The requests of ${where} are forgotten; verifications count from zero.`, 'Clear'))) return;
    const names = world === ALL ? [...new Set(feed.rows.map((one) => one.world))] : [world];
    for (const name of names) await call(`${at(name)}/requests`, { method: 'DELETE' });
    feed.clear();
    adjust({ id: '', query: { of: '' } });
    say('Journal cleared');
  };
  const any = ['api', 'status', 'advice', 'fault', 'unmatched', 'q'].some((name) => asked[name]);
  const toggle = (name, value) => filter({ [name]: asked[name] === value ? '' : value });
  return html`<div class=${`split live ${id ? 'has-detail' : ''}`}>
    <section class="list" aria-label="Requests">
      <div class="filters two" role="toolbar" aria-label="Filters">
        <div class="row"><input ref=${box} type="search" class="grow" aria-label="Filter by text" placeholder="Filter  /" value=${asked.q ?? ''} onInput=${(event) => filter({ q: event.target.value })} />
          <select aria-label="API" value=${asked.api ?? ''} onChange=${(event) => filter({ api: event.target.value })}><option value="">All APIs</option>${apis.map((api) => html`<option value=${api.name}>${api.title}</option>`)}</select>
          <button type="button" aria-pressed=${paused} onClick=${() => pause(!paused)}>${paused ? `Resume${feed.held.length ? ` · ${size(feed.held.length)} new` : ''}` : 'Pause'}</button><button type="button" onClick=${clear} disabled=${!feed.count}>Clear</button></div>
        <div class="row"><span class="group" role="group" aria-label="Status">${['2', '3', '4', '5'].map((one) => html`<${Chip} on=${asked.status === one} onClick=${() => toggle('status', one)}>${one}xx<//>`)}</span>
          <${Chip} on=${asked.advice} onClick=${() => filter({ advice: asked.advice ? '' : 'any' })}>${asked.advice && asked.advice !== 'any' ? plain(asked.advice, 40) : 'With advice'}<//>
          <${Chip} on=${asked.fault} onClick=${() => toggle('fault', '1')}>Fault applied<//>
          <${Chip} on=${asked.unmatched} onClick=${() => toggle('unmatched', '1')}>Unmatched<//></div>
      </div>
      <${Failed} problem=${feed.problem} />
      ${feed.ready && !feed.count ? html`<${First} apis=${apis} world=${world} />` : html`<${Rows} box=${list} rows=${rows} chosen=${chosen} pick=${pick} open=${open} all=${world === ALL} apis=${apis} />`}
      <p class="foot"><span>${any ? `${size(rows.length)} of ${size(feed.count)}` : size(feed.count)} requests${feed.dropped ? ` · ${size(feed.dropped)} older ones dropped` : ''}</span>${any && html`<button type="button" class="link" onClick=${() => filter({ api: '', status: '', advice: '', fault: '', unmatched: '', q: '' })}>Clear filters</button>`}<span class="grow"></span><span class="keys"><kbd>j</kbd><kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>c</kbd> curl <kbd>?</kbd> keys</span></p>
    </section>
    <section class="detail" aria-label="Request">${id ? html`<a class="back" href=${address({ world, page: 'live', query: { ...asked, of: '' } })}>← Requests</a><${Request} key=${id} world=${asked.of || (world === ALL ? 'main' : world)} id=${id} beside=${true} />` : html`<${Noticed} world=${world} rows=${feed.count} filter=${filter} />`}</section>
  </div>`;
}

// Only the rows in sight and a few around them are in the page.
function Rows({ box, rows, chosen, pick, open, all, apis }) {
  const [view, look] = useState({ top: 0, height: 800 });
  const offsets = useMemo(() => {
    const tops = new Float64Array(rows.length + 1);
    for (let i = 0; i < rows.length; i++) tops[i + 1] = tops[i] + LINE + NOTE * notes(rows[i]);
    return tops;
  }, [rows]);
  useLayoutEffect(() => {
    const element = box.current;
    const measure = () => look({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
  const id = rows[chosen]?.id;
  useLayoutEffect(() => {
    const element = box.current;
    if (chosen < 0) return;
    if (offsets[chosen] < element.scrollTop) element.scrollTop = offsets[chosen];
    if (offsets[chosen + 1] > element.scrollTop + element.clientHeight) element.scrollTop = offsets[chosen + 1] - element.clientHeight;
  }, [id]);
  const find = (y) => {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offsets[middle + 1] <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const from = Math.max(find(view.top) - 8, 0);
  const to = Math.min(find(view.top + view.height) + 8, rows.length);
  return html`<div class=${`rows ${all ? 'all' : ''}`} ref=${box} role="grid" tabindex="0" aria-label="Requests, newest first" aria-rowcount=${rows.length} aria-activedescendant=${chosen >= from && chosen < to ? `r-${id}` : undefined}>
    <div class="sheet" role="presentation" style=${{ height: `${offsets[rows.length]}px` }}><div class="window" role="rowgroup" style=${{ transform: `translateY(${offsets[from]}px)` }}>
      ${rows.slice(from, to).map((one, i) => html`<${Row} key=${one.id} one=${one} index=${from + i} on=${from + i === chosen} pick=${pick} open=${open} all=${all} apis=${apis} />`)}
    </div></div></div>`;
}

function Row({ one, index, on, pick, open, all, apis }) {
  const more = one.advice.length - NOTES;
  return html`<div class=${`r ${notes(one) ? 'noted' : ''}`} role="row" id=${`r-${one.id}`} aria-rowindex=${index + 1} aria-selected=${on} onClick=${() => pick(one)} onDblClick=${open}>
    <span role="gridcell" class="time">${clock(one.at)}</span>
    ${all && html`<span role="gridcell" class="world" title=${one.world}>${one.world}</span>`}
    <span role="gridcell" class="api">${one.api ? titled(apis, one.api) : html`<span class="dim">no API</span>`}</span>
    <span role="gridcell" class="path"><b class=${`m m-${one.method.toLowerCase()}`}><${T} text=${one.method} max=${10} /></b> <${T} text=${one.path + (one.query ? `?${one.query}` : '')} max=${200} /></span>
    <span role="gridcell" class=${`status s${String(one.status ?? 0)[0]}`}>${one.status || 'cut'}</span>
    <span role="gridcell" class="ms">${took(one.durationMs)}</span>
    ${one.fault && html`<span role="gridcell" class="note fault"><b>fault</b> <${T} text=${one.fault.name ?? JSON.stringify(one.fault.effect ?? one.fault)} max=${120} /></span>`}
    ${one.advice.slice(0, NOTES).map((note, i) => html`<span role="gridcell" class="note"><b><${T} text=${note.code} max=${60} /></b> <${T} text=${note.message} max=${200} />${i === NOTES - 1 && more > 0 && html` <em>+${more}</em>`}</span>`)}
  </div>`;
}

// What the detail holds before a request is chosen: what this world's clients do wrong, by kind.
function Noticed({ world, rows, filter }) {
  const { value } = useLoad(world === ALL || !rows ? null : () => call(`${at(world)}/advice`), [world, Math.ceil(rows / 5)]);
  if (!value?.advice?.length) return html`<div class="empty quiet"><p>Choose a request to see what was sent, what was answered, and what the real service would not have told.</p></div>`;
  return html`<div class="pad"><h2>Advice so far</h2><p class="dim">What the real services would have done silently.</p><ul class="notices">
    ${value.advice.map((one) => html`<li><button type="button" class="link" onClick=${() => filter({ advice: one.code })}><code><${T} text=${one.code} /></code></button><b class="count">${size(one.count)}</b><p><${T} text=${one.message} /></p></li>`)}</ul></div>`;
}

// An empty journal says how to fill it.
export function First({ apis, world }) {
  const { value } = useLoad(firsts, []);
  const prefix = world === 'main' || world === ALL ? '' : `/w/${world}`;
  return html`<div class="empty"><h2>No requests yet</h2><p>Point a client at one of these addresses; what it asks appears here at once.</p>
    ${(value ?? apis).map((api) => {
      const base = location.origin + prefix;
const curl = api.first && `curl -H 'Authorization: Bearer good' '${base}${api.first}'`;
      return html`<div class="first"><h3>${api.title}</h3><p><code>${base}${api.bases?.[0] ?? ''}</code></p>${curl && html`<div class="line"><pre tabindex="0">${curl}</pre><${Copy} text=${curl} what=${`curl for ${api.title}`} /></div>`}</div>`;
    })}</div>`;
}
