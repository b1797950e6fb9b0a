// usertwin in a test: one import, a world a test.
'use strict';

// Node before 18.18 has no such symbol; compilers of `await using` look for it under this name.
if (!Symbol.asyncDispose) {
  Object.defineProperty(Symbol, 'asyncDispose', { value: Symbol.for('nodejs.asyncDispose') });
}

const { findBinary } = require('./binary.cjs');
const { BinaryNotFound, ControlError, ServerDied, UsertwinError } = require('./errors.cjs');
const { Server, startUsertwin, connectUsertwin, sharedServer } = require('./server.cjs');
const { World } = require('./world.cjs');

exports.BinaryNotFound = BinaryNotFound;
exports.ControlError = ControlError;
exports.Server = Server;
exports.ServerDied = ServerDied;
exports.UsertwinError = UsertwinError;
exports.World = World;
exports.connectUsertwin = connectUsertwin;
exports.findBinary = findBinary;
exports.sharedServer = sharedServer;
exports.startUsertwin = startUsertwin;
