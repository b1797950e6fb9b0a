// BSON as lines with their types (bsonspec.org). Damaged documents give the lines up to the damage, and say where it is.

export function lines(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  const out = [];
  let at = 0;
  const skip = (n) => {
    at += n;
    return at - n;
  };
  const name = () => {
    const from = at;
    while (view.getUint8(at)) at++;
    return text.decode(bytes.subarray(from, at++));
  };
  const string = () => {
    const n = view.getInt32(skip(4), true);
    if (n < 1 || at + n > bytes.length) throw new RangeError(`a string of ${n} bytes`);
    return text.decode(bytes.subarray(skip(n), at - 1));
  };
  const hex = (part) => [...part].map((b) => b.toString(16).padStart(2, '0')).join('');
  // The bytes of a .NET guid: the first three groups are little-endian.
  const guid = (b) => [b.slice(0, 4).reverse(), b.slice(4, 6).reverse(), b.slice(6, 8).reverse(), b.slice(8, 10), b.slice(10)].map(hex).join('-');
  const binary = () => {
    const n = view.getInt32(skip(4), true);
    const sub = view.getUint8(skip(1));
    if (n < 0 || at + n > bytes.length) throw new RangeError(`binary of ${n} bytes`);
    const part = bytes.slice(skip(n), at);
    // Json.NET writes a guid's bytes in .NET's order under either subtype.
    if (n === 16 && (sub === 3 || sub === 4)) return [guid(part), `binary ${sub}, .NET guid`];
    return [`${hex(part.subarray(0, 32))}${n > 32 ? '…' : ''}`, `binary ${sub}, ${n} bytes`];
  };
  const moment = (ms) => {
    const date = new Date(Number(ms));
    return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
  };
  const values = {
    1: () => [String(view.getFloat64(skip(8), true)), 'double', 'n'],
    2: () => [JSON.stringify(string()), 'string', 's'],
    5: () => [...binary(), 's'],
    6: () => ['undefined', 'undefined', 'l'],
    7: () => [hex(bytes.subarray(skip(12), at)), 'objectId', 's'],
    8: () => [String(view.getUint8(skip(1)) === 1), 'boolean', 'l'],
    9: () => [moment(view.getBigInt64(skip(8), true)), 'date', 's'],
    10: () => ['null', 'null', 'l'],
    11: () => [`/${name()}/${name()}`, 'regex', 's'],
    13: () => [JSON.stringify(string()), 'code', 's'],
    14: () => [JSON.stringify(string()), 'symbol', 's'],
    16: () => [String(view.getInt32(skip(4), true)), 'int32', 'n'],
    17: () => [String(view.getBigUint64(skip(8), true)), 'timestamp', 'n'],
    18: () => [String(view.getBigInt64(skip(8), true)), 'int64', 'n'],
    19: () => [hex(bytes.subarray(skip(16), at)), 'decimal128', 'n'],
  };
  const document = (depth, list) => {
    if (depth > 100) throw new RangeError('more than 100 levels');
    skip(4);
    for (let type; (type = view.getUint8(skip(1))); ) {
      const key = name();
      if (type === 3 || type === 4) {
        out.push({ depth, key, list, value: type === 3 ? '{' : '[', type: type === 3 ? 'document' : 'array', kind: 'p' });
        document(depth + 1, type === 4);
        out.push({ depth, value: type === 3 ? '}' : ']', kind: 'p' });
      } else {
        if (!values[type]) throw new RangeError(`type ${type}`);
        const [value, called, kind] = values[type]();
        out.push({ depth, key, list, value, type: called, kind });
      }
    }
  };
  try {
    document(0, false);
  } catch (error) {
    out.push({ depth: 0, value: `Unreadable from byte ${at}: ${error.message}`, kind: 'bad' });
  }
  return out;
}
