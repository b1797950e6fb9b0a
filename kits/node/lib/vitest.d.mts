import type { TestAPI } from 'vitest';
import type { Server, World, WorldOptions } from './index.cjs';

export interface Fixtures {
  /** A world of its own, dropped after a pass, reported after a failure. */
  usertwin: World;
  usertwinServer: Server;
  usertwinOptions: WorldOptions;
}

/** Vitest's `test` with the fixture `usertwin`. */
export const test: TestAPI<Fixtures>;
export const it: TestAPI<Fixtures>;
