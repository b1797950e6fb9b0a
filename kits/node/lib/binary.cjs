// Where the binary is: USERTWIN_BIN, the package of this platform, or the PATH, in this order.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { BinaryNotFound } = require('./errors.cjs');

const NAME = process.platform === 'win32' ? 'usertwin.exe' : 'usertwin';
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];

/** The path of the binary. Throws BinaryNotFound with the reason and every place that was looked at. */
function findBinary() {
  const named = process.env.USERTWIN_BIN;
  if (named) {
    const found = named.includes(path.sep) ? runnable(path.resolve(named)) : onPath(named);
    if (found) return found;
    throw new BinaryNotFound(`USERTWIN_BIN names ${named}, which is not a program that can be run.`);
  }
  const platform = `${process.platform}-${process.arch}`;
  const name = `@usertwin/cli-${platform}`;
  try {
    return require.resolve(`${name}/bin/${NAME}`);
  } catch {
    // Said below, unless the PATH has it.
  }
  const found = onPath(NAME, true);
  if (found) return found;
  const why = PLATFORMS.includes(platform)
    ? `The optional dependency ${name}, which holds it, is not installed: npm leaves it out with --omit=optional or ` +
      '--no-optional, and when package-lock.json or node_modules come from another platform. Remove both and install again'
    : `There is no package for ${platform}, only for ${PLATFORMS.join(', ')}. Build it with cargo`;
  throw new BinaryNotFound(
    `The usertwin binary was not found. ${why}, or set USERTWIN_BIN to its path. ` +
      `Looked for ${name} from ${__dirname}, and for ${NAME} on the PATH.`,
  );
}

function onPath(name, binariesOnly = false) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const found = folder && runnable(path.join(folder, name));
    // Scripts of that name are wrappers such as this package's own, which would look here again, without an end.
    if (found && !(binariesOnly && isScript(found))) return found;
  }
  return undefined;
}

function runnable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

function isScript(file) {
  const start = Buffer.alloc(2);
  const handle = fs.openSync(file, 'r');
  try {
    fs.readSync(handle, start, 0, 2, 0);
  } finally {
    fs.closeSync(handle);
  }
  return start.toString('latin1') === '#!';
}

module.exports = { findBinary };
