// A world's state document in an editor, with the problems that `usertwin check` finds at their lines.

import { go, place } from './address.js';
import { useCell } from './cell.js';
import { html, useEffect, useRef, useState } from './html.js';
import { Editor, Failed, ask, opened, save, say, useAct } from './parts.js';
import { call, useLoad, world as at } from './server.js';
import { bytes, several } from './text.js';

export function Seed() {
  const { world } = useCell(place);
  const { value: state, problem: unread, reload } = useLoad(() => call(`${at(world)}/state`), [world]);
  const [text, set] = useState(null);
  const [checked, keep] = useState(null);
  const [name, setName] = useState('');
  const { busy, problem, act } = useAct();
  const value = text ?? (state ? JSON.stringify(state, null, 2) : '');
  const shown = useRef();
  shown.current = value;
  // Problems count for the text that was checked only, however late they are told.
  const found = checked?.text === value ? checked.problems : null;
  const find = (text, problems) => text === shown.current && keep({ text, problems });
  // Checked once the typing pauses.
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => call('/check', { method: 'POST', text }).then(({ problems }) => find(text, problems), () => {}), 500);
    return () => clearTimeout(timer);
  }, [text]);
  const check = act(async () => {
    const { problems } = await call('/check', { method: 'POST', text: value });
    find(value, problems);
    say(problems.length ? several(problems.length, 'problem') : 'No problems');
  });
  const put = async (name) => {
    try {
      await call(`${at(name)}/state`, { method: 'PUT', text: value });
    } catch (refused) {
      if (refused.problems?.length) find(value, refused.problems);
      throw refused;
    }
  };
  const fresh = name || `try-${Math.random().toString(36).slice(2, 7)}`;
  const tryIt = act(async () => {
    await call('/worlds', { method: 'POST', json: { name: fresh } });
    try {
      await put(fresh);
    } catch (refused) {
      await call(at(fresh), { method: 'DELETE' });
      throw refused;
    }
    say(`World ${fresh} made`);
    go({ world: fresh, page: 'users' });
  });
  const replace = act(async () => {
    if (!(await ask('Replace the world’s state', `Everything in ${world} becomes what this document says.`, 'Replace'))) return;
    await put(world);
    set(null);
    reload();
    say('State replaced');
  });
  const open = async () => {
    const chosen = await opened();
    if (chosen !== null) set(chosen);
  };
  return html`<section class="page seed" aria-label="Seed"><div class="filters"><h2>State of ${world}</h2><span class="dim">${bytes(value.length)}</span>${found && html`<span class=${found.length ? 'status s4' : 'status s2'} role="status">${found.length ? several(found.length, 'problem') : 'no problems'}</span>`}<span class="grow"></span>
      <button type="button" onClick=${open}>Open a file</button><button type="button" onClick=${() => save(`${world}.json`, value)}>Download</button><button type="button" disabled=${busy} onClick=${check}>Check</button><button type="button" disabled=${busy || text === null} onClick=${replace}>Replace ${world}</button>
      <form class="row" onSubmit=${tryIt}><input class="short mono" aria-label="Name of the new world" placeholder=${'new world'} value=${name} onInput=${(event) => setName(event.target.value)} /><button type="submit" class="primary" disabled=${busy}>Try in a new world</button></form></div>
    <${Failed} problem=${unread ?? problem} />
    <${Editor} label="State document" value=${value} onInput=${set} problems=${found ?? []} rows=${30} /></section>`;
}
