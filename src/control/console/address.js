// Every state of a page is an address: `#/{world}/{page}/{id}?{filters}`. The world `*` stands for all of them, which no
// world can be called.

import { cell } from './cell.js';

export const ALL = '*';

function part(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function read() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [world, page, ...rest] = path.split('/').map(part);
  const asked = Object.fromEntries(new URLSearchParams(query));
  return { world: world || 'main', page: page || 'live', id: rest.join('/'), query: asked };
}

export const place = cell(read());
addEventListener('hashchange', () => place.set(read()));

// The address of a place; members that are left out stay as they are, an empty filter disappears.
export function address({ world, page, id = '', query = {} }) {
  const kept = Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const here = place.get();
  const parts = [world ?? here.world, page ?? here.page, ...(id === '' ? [] : [id])].map((p) => (p === ALL ? p : encodeURIComponent(p)));
  const text = new URLSearchParams(kept).toString();
  return `#/${parts.join('/')}${text && `?${text}`}`;
}

export function go(to) {
  location.hash = address(to);
}

// The same place with other filters or another row: no new step for the back button.
export function adjust({ id, query }) {
  const here = place.get();
  const to = address({ ...here, id: id ?? here.id, query: { ...here.query, ...query } });
  if (to === location.hash) return;
  history.replaceState(null, '', to);
  place.set(read());
}
