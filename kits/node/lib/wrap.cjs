// A test function whose body gets a world, for runners whose hooks do not tell whether a test failed.
'use strict';

const { sharedServer } = require('./index.cjs');

/** A body for the runner's own `test`: `test("name", withWorld(async ({ usertwin }) => …))`. */
function wrapper(nameOf) {
  return function withWorld(options, body) {
    if (typeof options === 'function') return withWorld({}, options);
    return async function (...given) {
      const server = await sharedServer();
      const name = options.name ?? nameOf(...given) ?? 'test';
      return server.withWorld(name, options, (usertwin) => body.call(this, { usertwin, server }, ...given));
    };
  };
}

module.exports = { wrapper };
