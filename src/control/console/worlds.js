// The worlds of the server: what they hold, when they were used, how they differ; fork, reset, snapshot, drop.

import { ALL, address, adjust, go, place } from './address.js';
import { useCell } from './cell.js';
import { html, useState } from './html.js';
import { Changes, Failed, Field, ask, opened, save, say, useAct } from './parts.js';
import { call, query as asking, useEvery, useLoad, useNewest, world as at, worlds } from './server.js';
import { T, ago, day, size } from './text.js';

const NAME = /^[A-Za-z0-9._-]{1,64}$/;

// `t-*` as a test of names.
const pattern = (text) => new RegExp(`^${text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);

const count = (n) => (n === undefined || n === null ? '–' : size(n));

export function Worlds() {
  const { id, query } = useCell(place);
  const [rows, load] = useNewest(worlds);
  const { problem, act } = useAct();
  useEvery(3000, load);
  const shown = (rows ?? []).filter((one) => !query.q || one.name.toLowerCase().includes(query.q.toLowerCase()));
  const selected = (rows ?? []).find((one) => one.name === id);
  const doomed = query.drop ? (rows ?? []).filter((one) => pattern(query.drop).test(one.name)) : [];
  const dropAll = act(async () => {
    const names = doomed.map((one) => one.name);
    if (!names.length || !(await ask(`Drop ${names.length} worlds`, names.slice(0, 12).join(', ') + (names.length > 12 ? ` and ${names.length - 12} more` : ''), 'Drop'))) return;
    for (const name of names) await call(at(name), { method: 'DELETE' });
    say(`${names.length} worlds dropped`);
    adjust({ id: names.includes(id) ? '' : id, query: { drop: '' } });
    await load();
  });
  return html`<div class=${`split worlds ${id ? 'has-detail' : ''}`}>
    <section class="list" aria-label="Worlds">
      <div class="filters"><input type="search" aria-label="Filter worlds" placeholder="Filter" value=${query.q ?? ''} onInput=${(event) => adjust({ query: { q: event.target.value } })} /><span class="grow"></span>
        <form class="row" onSubmit=${dropAll}><input class="short mono" aria-label="Pattern of worlds to drop" placeholder="t-*" value=${query.drop ?? ''} onInput=${(event) => adjust({ query: { drop: event.target.value } })} /><button type="submit" class="small danger" disabled=${!doomed.length}>${doomed.length ? `Drop ${doomed.length}` : 'Drop by pattern'}</button></form></div>
      <${Failed} problem=${problem} />
      <div class="scroll" tabindex="0" role="region" aria-label="List of worlds"><table class="grid"><thead><tr><th scope="col">World</th><th scope="col" class="n">Users</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Advice</th><th scope="col">From</th><th scope="col">Last used</th></tr></thead>
        <tbody>${shown.map((one) => html`<tr key=${one.name} class=${one.name === id ? 'on' : ''}><th scope="row"><a href=${address({ page: 'worlds', id: one.name, query: { q: query.q } })} aria-current=${one.name === id ? 'true' : undefined}>${one.name}</a></th><td class="n">${count(one.users)}</td><td class="n">${count(one.requests)}</td><td class=${`n ${one.advice ? 'warned' : ''}`}>${count(one.advice)}</td><td class="dim">${one.from ?? '–'}</td><td class="dim" title=${day(one.lastUsedAt)}>${ago(one.lastUsedAt)}</td></tr>`)}</tbody></table></div>
      <${Fork} rows=${rows ?? []} done=${load} />
    </section>
    <section class="detail" aria-label="World">${id && html`<a class="back" href=${address({ page: 'worlds', query: { q: query.q } })}>← Worlds</a>`}${id ? html`<${World} key=${id} name=${id} row=${selected} rows=${rows ?? []} done=${load} />` : html`<div class="empty quiet"><p>Choose a world to compare, reset or drop it. A world comes into being on first use: put <code>/w/NAME</code> in front of any path.</p></div>`}</section></div>`;
}

function Fork({ rows, done }) {
  const [name, setName] = useState('');
  const [from, setFrom] = useState('seed');
  const { busy, problem, act } = useAct();
  const fork = act(async () => {
    await call('/worlds', { method: 'POST', json: { name, from } });
    say(`World ${name} made`);
    setName('');
    await done();
    go({ page: 'worlds', id: name });
  });
  return html`<form class="bottom" onSubmit=${fork}><div class="row"><input class="mono grow" aria-label="Name of the new world" placeholder="new-world" value=${name} onInput=${(event) => setName(event.target.value)} /><label class="inline">from <select value=${from} onChange=${(event) => setFrom(event.target.value)}><option value="seed">the seed</option>${rows.map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label><button type="submit" class="primary" disabled=${busy || !NAME.test(name)}>Make world</button></div><${Failed} problem=${problem} /></form>`;
}

function World({ name, row, rows, done }) {
  const { query } = useCell(place);
  const from = query.from ?? 'seed';
  const { problem, act } = useAct();
  // A world without a row is not there (dropped elsewhere, or never used), and asking for its changes would make it.
  const there = row !== undefined;
  const diff = useLoad(async () => (there ? call(`${at(name)}/diff${asking({ from })}`) : null), [name, from, there, row?.requests]);
  const again = async (text) => {
    say(text);
    await done();
    diff.reload();
  };
  const reset = act(async () => {
    if (!(await ask('Reset the world', `${name} goes back to ${from === 'seed' ? 'the seed' : `a copy of ${from}`}; its faults, journal and clock are cleared.`, 'Reset'))) return;
    await call(`${at(name)}/reset`, { method: 'POST', json: from === 'seed' ? {} : { from } });
    await again(`${name} was reset`);
  });
  const snapshot = act(async () => {
    const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
    const copied = `${name.slice(0, 43)}.snap-${stamp}`;
    await call('/worlds', { method: 'POST', json: { name: copied, from: name } });
    await again(`Snapshot ${copied} made`);
  });
  const download = act(async () => save(`${name}.json`, JSON.stringify(await call(`${at(name)}/state`), null, 2)));
  const upload = act(async () => {
    const text = await opened();
    if (text === null) return;
    await call(`${at(name)}/state`, { method: 'PUT', text });
    await again('State replaced');
  });
  const drop = act(async () => {
    if (!(await ask('Drop the world', `${name} and everything in it is gone. Its next use makes it anew from the seed.`, 'Drop'))) return;
    await call(at(name), { method: 'DELETE' });
    say(`${name} dropped`);
    // Leaves the world before the list forgets it: a question about it would make it anew.
    go({ page: 'worlds' });
    await done();
  });
  const to = (page) => address({ world: name, page });
  return html`<article class="pad"><header><h2>${name}</h2><p class="facts">${row ? html`<span>${count(row.users)} users</span><span>${count(row.requests)} requests</span><span>${count(row.advice)} advice</span>${row.dropped > 0 && html`<span>${size(row.dropped)} dropped</span>`}${row.createdAt && html`<span>made ${day(row.createdAt)}</span>`}` : html`<span>not used yet</span>`}<a href=${to('live')}>Live</a><a href=${to('users')}>Users</a><a href=${to('seed')}>State</a></p>
    <p class="row actions"><button type="button" onClick=${snapshot}>Snapshot</button><button type="button" onClick=${reset}>Reset to ${from === 'seed' ? 'the seed' : from}</button><button type="button" onClick=${download}>Download state</button><button type="button" onClick=${upload}>Upload state</button><button type="button" class="danger" onClick=${drop}>Drop</button></p></header>
    <${Failed} problem=${problem} />
    <div class="row"><h3>Changes</h3><label class="inline">since <select value=${from} onChange=${(event) => adjust({ query: { from: event.target.value === 'seed' ? '' : event.target.value } })}><option value="seed">the seed</option>${rows.filter((one) => one.name !== name).map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label></div>
    <${Failed} problem=${diff.problem} />${diff.value && html`<${Changes} diff=${diff.value} />`}</article>`;
}
