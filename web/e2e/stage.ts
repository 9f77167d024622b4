// What the tests of a file share: a browser and a server, started before the first test and ended after
// the last one.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Server, type StartOptions } from './server';

/** Options of a test; the time is only a guard against one that hangs. */
export const TEST = { timeout: 120_000 } as const;

export interface Stage {
  readonly browser: Browser;
  readonly server: Server;
}

/** Starts both, and ends both whatever became of the tests. */
export function stage(options: StartOptions = {}): Stage {
  const own: { browser?: Browser; server?: Server } = {};
  before(async () => {
    own.browser = await launch();
    own.server = await Server.start(options);
  }, TEST);
  after(async () => {
    const code = await own.server?.stop();
    await own.browser?.close();
    assert.equal(code, 0, 'the server stops cleanly');
  }, TEST);
  return own as Stage;
}
