// node:test: a test whose body gets a world.
'use strict';

const runner = require('node:test');
const { wrapper } = require('./wrap.cjs');

const withWorld = wrapper((t) => t?.name);

function wrap(original) {
  return (name, options, body) => {
    if (typeof options === 'function') return wrap(original)(name, {}, options);
    // A test without a body is a note to oneself, as with the runner's own.
    if (!body) return original(name, options);
    const { usertwin, ...own } = options;
    // The name of a hook's or subtest's context is not that of the test.
    return original(name, own, withWorld({ name, ...usertwin }, body));
  };
}

const test = Object.assign(wrap(runner.test), {
  only: wrap(runner.test.only),
  skip: wrap(runner.test.skip),
  todo: wrap(runner.test.todo),
});

exports.it = test;
exports.test = test;
exports.withWorld = withWorld;
