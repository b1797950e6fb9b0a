// What several pages are made of: tabs, tables of changes, problems, the copy button, questions, an editor with lines.

import { cell, useCell } from './cell.js';
import { html, useEffect, useRef, useState } from './html.js';
import { T, marked, plain } from './text.js';

// Said to screen readers, and shown for a moment.
const said = cell('');
let quiet;
export function say(text) {
  clearTimeout(quiet);
  said.set('');
  setTimeout(() => said.set(text), 20);
  quiet = setTimeout(() => said.set(''), 4000);
}
export function Said() {
  const text = useCell(said);
  return html`<div class=${text ? 'toast' : 'toast off'} role="status">${plain(text)}</div>`;
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages over plain HTTP from another machine have no clipboard of their own.
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  say(`Copied ${what}`);
}

export const Copy = ({ text, what, label = 'Copy' }) => html`<button type="button" class="small" onClick=${() => copy(text, what)} aria-label=${`Copy ${what}`}>${label}</button>`;

export function save(name, text, type = 'application/json') {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// A file that the reader chooses, as text.
export function opened(kinds = '.json,application/json') {
  return new Promise((done) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = kinds;
    input.onchange = async () => done(input.files[0] ? await input.files[0].text() : null);
    input.oncancel = () => done(null);
    input.click();
  });
}

export function Tabs({ label, items, value, onPick }) {
  const step = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const tabs = [...event.currentTarget.querySelectorAll('[role=tab]')];
    const next = (tabs.indexOf(event.target) + by + items.length) % items.length;
    onPick(items[next][0]);
    tabs[next].focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${step}>
    ${items.map(([key, name]) => html`<button type="button" role="tab" key=${key} aria-selected=${key === value} tabindex=${key === value ? 0 : -1} onClick=${() => onPick(key)}>${name}</button>`)}
  </div>`;
}

export const Chip = ({ on, onClick, children, ...rest }) => html`<button type="button" class="chip" aria-pressed=${!!on} onClick=${onClick} ...${rest}>${children}</button>`;

export const Failed = ({ problem }) => problem && html`<div class="failed" role="alert"><strong>${problem.status || 'No answer'}</strong> <${T} text=${problem.message} max=${600} /></div>`;

export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2>${children}</div>`;

// Users added, removed, and members changed with before and after.
export function Changes({ diff }) {
  const shown = (value) => (value === undefined || value === null ? html`<span class="dim">${value === null ? 'null' : '–'}</span>` : html`<${T} text=${typeof value === 'string' ? value : JSON.stringify(value)} />`);
  const name = (user) => html`<${T} text=${user.username ?? user.email ?? user.displayName ?? user.id} max=${80} />`;
  if (diff.empty || !(diff.added.length || diff.removed.length || diff.changed.length)) return html`<p class="dim">Nothing differs.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Changes"><table class="changes">
    <thead><tr><th scope="col">User</th><th scope="col">Member</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
    <tbody>
      ${diff.changed.flatMap((user) => user.members.map((member, i) => html`<tr key=${user.id + member.path}><td>${i === 0 && name(user)}</td><td><code><${T} text=${member.path} /></code></td><td class="before">${shown(member.before)}</td><td class="after">${shown(member.after)}</td></tr>`))}
      ${diff.added.map((user) => html`<tr key=${user.id}><td>${name(user)}</td><td class="dim">added</td><td></td><td class="after"><${T} text=${JSON.stringify(user)} max=${160} /></td></tr>`)}
      ${diff.removed.map((user) => html`<tr key=${user.id}><td>${name(user)}</td><td class="dim">removed</td><td class="before"><${T} text=${JSON.stringify(user)} max=${160} /></td><td></td></tr>`)}
    </tbody></table></div>`;
}

// One question at a time, in a dialog of the browser's own: it keeps the focus and ends with Escape.
const question = cell(null);
export const ask = (title, text, action, danger = true) => new Promise((done) => question.set({ title, text, action, danger, done }));

export function Question() {
  const one = useCell(question);
  const end = (yes) => {
    question.set(null);
    one.done(yes);
  };
  return one && html`<${Dialog} title=${one.title} onClose=${() => end(false)}>
    <p><${T} text=${one.text} max=${600} /></p>
    <div class="row end"><button type="button" onClick=${() => end(false)}>Cancel</button><button type="button" class=${one.danger ? 'danger' : 'primary'} autofocus onClick=${() => end(true)}>${one.action}</button></div>
  <//>`;
}

export function Dialog({ title, onClose, children, wide }) {
  const box = useRef();
  useEffect(() => {
    box.current.showModal();
  }, []);
  return html`<dialog ref=${box} class=${wide ? 'wide' : ''} aria-label=${title} onCancel=${(event) => { event.preventDefault(); onClose(); }}><h2>${title}</h2>${children}</dialog>`;
}

// A text area with line numbers; the lines with problems are marked, and each problem leads to its line.
export function Editor({ label, value, onInput, problems = [], rows = 12 }) {
  const area = useRef();
  const lines = value.split('\n').length;
  const wrong = new Set(problems.map((one) => one.line));
  const leap = (line) => {
    const from = value.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    const to = value.indexOf('\n', from);
    area.current.focus();
    area.current.setSelectionRange(from, to < 0 ? value.length : to);
    const box = area.current.parentElement;
    box.scrollTop = (line - 1) * 18 - box.clientHeight / 2;
  };
  const numbers = [];
  for (let line = 1; line <= Math.min(lines, 20000); line++) numbers.push(wrong.has(line) ? html`<b>${line}\n</b>` : `${line}\n`);
  return html`<div class="editor">
    <div class="lines"><div class="numbers" aria-hidden="true">${numbers}</div>
      <textarea ref=${area} aria-label=${label} aria-invalid=${problems.length > 0} rows=${Math.max(lines, rows)} spellcheck=${false} autocapitalize="off" wrap="off" value=${value} onInput=${(event) => onInput(event.target.value)}></textarea></div>
    ${problems.length > 0 && html`<ul class="problems" aria-label="Problems">${problems.slice(0, 200).map((one) => html`<li><button type="button" onClick=${() => leap(one.line)}>Line ${one.line}</button> <code><${T} text=${one.path} max=${80} /></code> <${T} text=${one.message} /></li>`)}</ul>`}
  </div>`;
}

// A form's field with its label.
export const Field = ({ label, hint, children }) => html`<label class="field"><span>${label}${hint && html` <small>${hint}</small>`}</span>${children}</label>`;

// A promise of the reader's own click, with its problem shown where the click was.
export function useAct() {
  const [state, set] = useState({});
  const act = (work) => async (event) => {
    event?.preventDefault?.();
    set({ busy: true });
    try {
      await work();
      set({});
    } catch (problem) {
      set({ problem });
    }
  };
  return { ...state, act };
}

export const Lines = ({ text }) => html`<pre tabindex="0">${marked(text)}</pre>`;
