// The users of a world: one user as each API shows it, with what they share linked, and the document behind them.

import { address, adjust, go, place } from './address.js';
import { titled, useApis } from './apis.js';
import { Pretty } from './bodies.js';
import { useCell } from './cell.js';
import { html, useEffect, useMemo, useState } from './html.js';
import { Editor, Empty, Failed, Tabs, ask, say, useAct } from './parts.js';
import { call, query as asking, useLoad, world as at } from './server.js';
import { T, plain } from './text.js';

const PAGE = 60;
const SHARED = ['id', 'username', 'email', 'displayName', 'password'];

const named = (user) => user.username ?? user.displayName ?? user.email ?? user.id;

export function Users() {
  const { world, id, query } = useCell(place);
  const apis = useApis();
  const [more, grow] = useState([]);
  const first = useLoad(() => call(`${at(world)}/users${asking({ search: query.q, limit: PAGE })}`), [world, query.q]);
  useEffect(() => grow([]), [first.value]);
  const pages = [first.value, ...more].filter(Boolean);
  const users = pages.flatMap((page) => page.users);
  const next = pages.at(-1)?.next;
  const load = async () => {
    const page = await call(`${at(world)}/users${asking({ search: query.q, limit: PAGE, after: next })}`);
    // Pages of a list that was searched or loaded anew meanwhile, or a second click's, do not belong to it.
    grow((now) => (now === more ? [...more, page] : now));
  };
  const move = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...event.currentTarget.querySelectorAll('a')];
    const to = links[links.indexOf(document.activeElement) + by];
    if (!by || !to) return;
    event.preventDefault();
    to.focus();
  };
  return html`<div class=${`split narrow ${id ? 'has-detail' : ''}`}>
    <section class="list" aria-label="Users">
      <div class="filters"><input type="search" class="grow" aria-label="Search users" placeholder="Search name, e-mail, id" value=${query.q ?? ''} onInput=${(event) => adjust({ query: { q: event.target.value } })} /><a class="button" href=${address({ world, page: 'users', id: 'new', query: { q: query.q } })}>New</a></div>
      <${Failed} problem=${first.problem} />
      <ul class="names" onKeyDown=${move}>${users.map((user) => html`<li key=${user.id}><a href=${address({ world, page: 'users', id: user.id, query: { q: query.q, format: query.format } })} aria-current=${user.id === id ? 'true' : undefined}><b><${T} text=${named(user)} max=${60} /></b><span class="dim"><${T} text=${user.email ?? user.displayName ?? ''} max=${60} /></span><span class="dots">${apis.map((api) => html`<i class=${user[api.name] ? 'on' : ''} title=${`${api.title}: ${user[api.name] ? 'yes' : 'no'}`}>${api.title[0]}</i>`)}${user.enabled === false && html`<em>disabled</em>`}</span></a></li>`)}</ul>
      ${next && html`<button type="button" class="more" onClick=${load}>More users</button>`}
      ${first.value && !users.length && html`<p class="none">No user matches.</p>`}
    </section>
    <section class="detail" aria-label="User">${id && html`<a class="back" href=${address({ world, page: 'users', query: { q: query.q } })}>← Users</a>`}
      ${id === 'new' ? html`<${NewUser} world=${world} done=${first.reload} sample=${users} />` : id ? html`<${User} key=${id} world=${world} id=${id} apis=${apis} changed=${first.reload} />` : html`<div class="empty quiet"><p>Choose a user to see it as each API shows it, side by side.</p></div>`}
    </section></div>`;
}

function User({ world, id, apis, changed }) {
  const { query } = useCell(place);
  const { value: user, problem, reload } = useLoad(() => call(`${at(world)}/users/${encodeURIComponent(id)}`), [world, id]);
  const faces = useLoad(() => call(`${at(world)}/users/${encodeURIComponent(id)}/faces`), [world, id, user]);
  if (problem) return html`<${Failed} problem=${problem} />`;
  if (!user) return html`<p class="wait">…</p>`;
  const remove = async () => {
    if (!(await ask('Delete the user', `${plain(named(user), 80)} disappears from every API of the world ${world}.`, 'Delete'))) return;
    await call(`${at(world)}/users/${encodeURIComponent(id)}`, { method: 'DELETE' });
    changed();
    say('User deleted');
    go({ world, page: 'users', query: { q: query.q } });
  };
  const tab = query.tab === 'edit' ? 'edit' : 'faces';
  return html`<article class="user"><header><h2><${T} text=${named(user)} max=${120} /> ${user.enabled === false && html`<small class="tag">disabled</small>`}</h2><p class="facts"><code>${plain(user.id, 60)}</code>${user.email && html`<span><${T} text=${user.email} max=${120} /></span>`}${user.displayName && html`<span><${T} text=${user.displayName} max=${120} /></span>`}</p>
      <div class="row"><${Tabs} label="Views of the user" items=${[['faces', 'Faces'], ['edit', 'Document']]} value=${tab} onPick=${(key) => adjust({ query: { tab: key === 'faces' ? '' : key } })} /><span class="grow"></span><button type="button" class="danger" onClick=${remove}>Delete</button></div></header>
    <div role="tabpanel" aria-label=${tab === 'faces' ? 'Faces' : 'Document'}>${tab === 'edit' ? html`<${Edit} key=${user.modifiedAt} world=${world} user=${user} done=${() => { reload(); changed(); }} />` : html`<${Failed} problem=${faces.problem} />${faces.value && html`<${Faces} user=${user} faces=${faces.value} apis=${apis} />`}`}</div></article>`;
}

// What each API answers about the user. A shared member that is pointed at, or has the focus, lights up in every face.
function Faces({ user, faces, apis }) {
  const { query } = useCell(place);
  const [lit, light] = useState('');
  const formats = [...new Set(Object.values(faces).flatMap((face) => Object.keys(face.formats ?? {})))];
  const format = formats.includes(query.format) ? query.format : formats[0];
  const members = useMemo(() => new Map(SHARED.filter((name) => user[name]).map((name) => [String(user[name]), name])), [user]);
  const shared = (kind, text, key) => {
    if (/^(enabled|status)$/i.test(key ?? '') && kind !== 'k') return /^"?(enabled|disabled|true|false)"?$|^[01]$/i.test(text) ? 'enabled' : undefined;
    return kind === 's' ? members.get(text.replace(/^"|"$/g, '')) : undefined;
  };
  const look = (event) => light(event.target.closest?.('[data-member]')?.dataset.member ?? '');
  const used = apis.map((api) => [api, faces[api.name]]);
  return html`<div class="row"><${Tabs} label="Format" items=${formats.map((one) => [one, one.replace('application/', '').replace('text/', 'text ')])} value=${format} onPick=${(key) => adjust({ query: { format: key } })} /><span class="grow"></span><p class="legend dim">Shared: ${[...SHARED, 'enabled'].filter((name) => name === 'enabled' || user[name]).map((name) => html`<button type="button" class=${`link ${lit === name ? 'lit' : ''}`} data-member=${name} onMouseOver=${look} onMouseOut=${() => light('')} onFocus=${look} onBlur=${() => light('')}>${name}</button> `)}</p></div>
    <div class=${`faces lit-${lit}`} onMouseOver=${look} onFocusIn=${look} onMouseLeave=${() => light('')} onFocusOut=${() => light('')}>
    ${used.map(([api, face]) => html`<section key=${api.name} aria-label=${api.title}><h3>${api.title}</h3>${face ? html`<p class="asked"><b class="m">${face.method ?? 'GET'}</b> <code>${plain(face.path, 300)}</code> ${face.status && face.status !== 200 && html`<b class=${`status s${String(face.status)[0]}`}>${face.status}</b>`}</p>${face.formats?.[format] ? html`<${Pretty} body=${face.formats[format]} type=${format} shared=${shared} />` : html`<p class="none">${format ? `Not offered as ${format.replace('application/', '')}.` : 'No body.'}</p>`}` : html`<p class="none">Not a user of this API.</p>`}</section>`)}</div>`;
}

function Edit({ world, user, done }) {
  const [text, set] = useState(JSON.stringify(user, null, 2));
  const { busy, problem, act } = useAct();
  const save = act(async () => {
    await call(`${at(world)}/users/${encodeURIComponent(user.id)}`, { method: 'PUT', text });
    say('User saved');
    done();
  });
  return html`<form onSubmit=${save}><${Editor} label="User document" value=${text} onInput=${set} problems=${problem?.problems} /><${Failed} problem=${problem} /><div class="row end"><button type="button" onClick=${() => set(JSON.stringify(user, null, 2))}>Undo</button><button type="submit" class="primary" disabled=${busy}>Save</button></div></form>`;
}

// A new user begins with the facets of one that exists, without what has to be unique.
function blank(sample) {
  const richest = [...sample].sort((a, b) => Object.keys(b).filter((k) => b[k] && typeof b[k] === 'object').length - Object.keys(a).filter((k) => a[k] && typeof a[k] === 'object').length)[0] ?? {};
  const facets = Object.entries(richest).filter(([, value]) => value && typeof value === 'object');
  const own = /^(id|userId|privateUsername|resourceIds|provisioningId|voucherId|agreementDate|declineDate|mobilePhone|pin)$/;
  const kept = facets.map(([name, facet]) => [name, Object.fromEntries(Object.entries(facet).filter(([key, value]) => !own.test(key) && value !== null))]);
  return { username: 'new.user', email: 'new.user@example.com', displayName: 'New User', password: 'Engine1842', enabled: true, ...Object.fromEntries(kept) };
}

function NewUser({ world, done, sample }) {
  const [text, set] = useState(null);
  const { busy, problem, act } = useAct();
  const value = text ?? JSON.stringify(blank(sample), null, 2);
  const create = act(async () => {
    const user = await call(`${at(world)}/users`, { method: 'POST', text: value });
    say('User created');
    done();
    go({ world, page: 'users', id: user.id });
  });
  return html`<form onSubmit=${create}><h2>New user</h2><p class="dim">In the form of the state document. The user is visible through an API exactly when it has that API’s member; leave out what it should not have.</p><${Editor} label="User document" value=${value} onInput=${set} problems=${problem?.problems} /><${Failed} problem=${problem} /><div class="row end"><button type="submit" class="primary" disabled=${busy}>Create</button></div></form>`;
}
