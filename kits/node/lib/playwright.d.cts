import type {
  PlaywrightTestArgs, PlaywrightTestOptions, PlaywrightWorkerArgs, PlaywrightWorkerOptions, TestType,
} from '@playwright/test';
import type { Server, World, WorldOptions } from './index.cjs';

export interface Fixtures {
  /** A world of its own, dropped after a pass, attached to the report after a failure. */
  usertwin: World;
  usertwinOptions: WorldOptions;
}

export interface WorkerFixtures {
  usertwinServer: Server;
}

/** Playwright's `test` with the fixture `usertwin`. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & Fixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & WorkerFixtures
>;
export { expect } from '@playwright/test';
