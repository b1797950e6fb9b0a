// The same module for `import`: there is one copy of it, whichever way it is loaded.
import usertwin from './index.cjs';

export const {
  BinaryNotFound, ControlError, Server, ServerDied, UsertwinError, World, connectUsertwin, findBinary, sharedServer, startUsertwin,
} = usertwin;
