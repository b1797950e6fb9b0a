// A value that components follow: the few facts that the whole page shares.

import { useEffect, useState } from './html.js';

export function cell(value) {
  const readers = new Set();
  return {
    get: () => value,
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      for (const reader of [...readers]) reader(next);
    },
    follow(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
  };
}

export function useCell(one) {
  const [value, set] = useState(one.get());
  useEffect(() => {
    set(one.get());
    return one.follow(set);
  }, [one]);
  return value;
}
