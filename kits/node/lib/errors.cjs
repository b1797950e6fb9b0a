// Everything the kit itself throws. A wrong expectation is no error of the kit: it is an AssertionError of node:assert.
'use strict';

/** Something is wrong with usertwin or with how it was asked. */
class UsertwinError extends Error {
  get name() {
    return this.constructor.name;
  }
}

/** No binary; the sentence says where was looked. */
class BinaryNotFound extends UsertwinError {}

/** The server has ended, or never began to serve. */
class ServerDied extends UsertwinError {}

/** The control API refused a call. `problems` lists what is wrong with a state document, by line and path. */
class ControlError extends UsertwinError {
  constructor(status, detail, problems = []) {
    super(detail + problems.map((one) => `\n  line ${one.line}, ${one.path}: ${one.message}`).join(''));
    this.status = status;
    this.detail = detail;
    this.problems = problems;
  }
}

module.exports = { UsertwinError, BinaryNotFound, ServerDied, ControlError };
