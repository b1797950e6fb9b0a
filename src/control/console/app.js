// The console: the page that the address names, the world it is about, and what all pages share.

import { ALL, address, go, place } from './address.js';
import { useCell } from './cell.js';
import { Clock } from './clock.js';
import { Drift } from './drift.js';
import { Faults } from './faults.js';
import { html, render, useEffect, useRef, useState } from './html.js';
import { Live } from './live.js';
import { Metrics } from './metrics.js';
import { Outbox } from './outbox.js';
import { Dialog, Question, Said } from './parts.js';
import { RequestPage } from './request.js';
import { Seed } from './seed.js';
import { call, locked, online, token, unlock, useLoad } from './server.js';
import { TryIt } from './tryit.js';
import { Users } from './users.js';
import { Worlds } from './worlds.js';
import { plain } from './text.js';

const PAGES = [
  ['live', 'Live', Live, 'l'], ['users', 'Users', Users, 'u'], ['worlds', 'Worlds', Worlds, 'w'], ['faults', 'Faults', Faults, 'f'], ['clock', 'Clock', Clock, 'c'],
  ['outbox', 'Outbox', Outbox, 'o'], ['seed', 'Seed', Seed, 's'], ['try', 'Try it', TryIt, 't'], ['drift', 'Drift', Drift, 'd'], ['metrics', 'Metrics', Metrics, 'm'],
];
// Pages that can show all worlds at once.
const WIDE = new Set(['live', 'metrics', 'worlds']);

function App() {
  const { world, page, id } = useCell(place);
  const away = !useCell(online);
  const wanted = useCell(locked);
  const [help, showHelp] = useState(false);
  const main = useRef();
  const { value } = useLoad(() => call('/worlds'), [page === 'worlds' ? '' : page, world]);
  const names = (value?.worlds ?? []).map((one) => one.name);
  const name = world === ALL && !WIDE.has(page) ? 'main' : world;
  const found = PAGES.find(([key]) => key === page);
  const Page = page === 'request' ? RequestPage : found?.[2] ?? Live;
  const title = page === 'request' ? 'Request' : found?.[1] ?? 'Live';
  useEffect(() => {
    document.title = `${title} · ${plain(name, 64)} · usertwin`;
  }, [title, name]);
  useEffect(() => {
    if (name !== world) go({ world: name, page });
  }, [name, page]);
  useEffect(() => {
    let after = 0;
    const key = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName) || event.target.closest?.('dialog')) return;
      if (event.key === '?') {
        event.preventDefault();
        return showHelp(true);
      }
      if (event.key === 'g') return void (after = Date.now());
      const to = Date.now() - after < 1500 && PAGES.find(([, , , letter]) => letter === event.key);
      after = 0;
      if (!to) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      go({ page: to[0] });
    };
    addEventListener('keydown', key, true);
    return () => removeEventListener('keydown', key, true);
  }, []);
  if (wanted) return html`<${Unlock} /><${Said} />`;
  const listed = names.includes(world) || world === ALL ? names : [world, ...names];
  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>Skip to the page</a>
    <header class="top">
      <h1><a href=${address({ page: 'live' })}><svg class="logo" viewBox="0 0 22 16" aria-hidden="true"><circle cx="8" cy="8" r="5.5" /><circle cx="14" cy="8" r="5.5" /></svg>usertwin</a></h1>
      <nav aria-label="Pages">${PAGES.map(([key, text]) => html`<a key=${key} href=${address({ page: key })} aria-current=${key === page || (key === 'live' && page === 'request') ? 'page' : undefined}>${text}</a>`)}</nav>
      <label class="which"><span>World</span><select value=${world} onChange=${(event) => go({ world: event.target.value, page: page === 'request' ? 'live' : page })}>${WIDE.has(page) && html`<option value=${ALL}>All worlds</option>`}${listed.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>
      <button type="button" class="small" aria-label="Keys and help" onClick=${() => showHelp(true)}>?</button>
    </header>
    ${away && html`<p class="away" role="alert">The server does not answer. Looking for it…</p>`}
    <main id="main" ref=${main} tabindex="-1" class=${`p-${page}`}><${Page} key=${`${page} ${world}`} /></main>
    ${help && html`<${Help} close=${() => showHelp(false)} />`}<${Question} /><${Said} />`;
}

const KEYS = [['j  k', 'next and previous request'], ['Enter', 'open the request on a page of its own'], ['c', 'copy it as curl'], ['/', 'filter'], ['p', 'pause the list'], ['Esc', 'close the request'], ['g l, g u, g w …', 'go to Live, Users, Worlds, Faults, Clock, Outbox, Seed, Try it, Drift, Metrics'], ['?', 'this list']];

const Help = ({ close }) => html`<${Dialog} title="Keys" onClose=${close}>
  <table class="form keytable"><tbody>${KEYS.map(([key, does]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${does}</td></tr>`)}</tbody></table>
  <p class="dim">Every state of a page is an address: bookmark it, or send it to a colleague.</p>
  <div class="row end"><button type="button" class="primary" autofocus onClick=${close}>Close</button></div><//>`;

// Asked once for a tab; the token is kept in the tab's own storage.
function Unlock() {
  const [text, set] = useState('');
  const enter = (event) => {
    event.preventDefault();
    unlock(text.trim());
  };
  return html`<main class="unlock"><form onSubmit=${enter}><h1><svg class="logo" viewBox="0 0 22 16" aria-hidden="true"><circle cx="8" cy="8" r="5.5" /><circle cx="14" cy="8" r="5.5" /></svg>usertwin</h1>
    <p>This server was started with a control token. It is kept in this tab only.</p>
    <label class="field"><span>Control token</span><input type="password" autocomplete="off" autofocus value=${text} onInput=${(event) => set(event.target.value)} /></label>
    ${token() && html`<p class="failed" role="alert">The server did not accept this token.</p>`}
    <button type="submit" class="primary" disabled=${!text.trim()}>Open the console</button></form></main>`;
}

render(html`<${App} />`, document.getElementById('app'));
