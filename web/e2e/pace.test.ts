// A page that nobody sees asks for nothing, and one that cannot keep up says so.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchWithTabs } from './browser';
import { eventually, open, picture, stats } from './page';
import { Server, drivenGenome } from './server';
import { TEST } from './stage';

const HZ = 30;
/** Frames that a server may send without being asked again. */
const CREDIT = 2;

let tabs: Awaited<ReturnType<typeof launchWithTabs>> | undefined;
let server: Server | undefined;

before(async () => {
  tabs = await launchWithTabs();
  server = await Server.start({ genome: drivenGenome([10, 10, 5], HZ) });
}, TEST);

after(async () => {
  const code = await server?.stop();
  await tabs?.close();
  assert.equal(code, 0, 'the server stops cleanly');
}, TEST);

const burst = (): Promise<number> => server!.get('/v1/burst_engine/burst_counter');
const reaches = (wanted: number) => eventually(`burst ${wanted}`, async () => (await burst()) >= wanted);
/** A hidden page draws nothing, so that it cannot be waited for with its own frames. */
const isHidden = (page: Page): Promise<boolean> => page.evaluate(() => document.hidden);

test('frames are not asked for while the page is hidden, and come again when it is seen', TEST, async () => {
  const { context } = tabs!;
  const { page, errors } = await open(context, server!.url);
  try {
    await page.waitForFunction(() => (window as any).feagi.stats().stream.frames > 20);
    const other = await context.newPage();
    await other.bringToFront();
    await eventually('a hidden page', () => isHidden(page));
    // What was asked for before may still come.
    await reaches((await burst()) + HZ);
    const before = await stats(page);
    const hidden = before.stream;
    await reaches((await burst()) + 3 * HZ);
    assert.equal((await stats(page)).stream.frames, hidden.frames, 'no frame comes');

    const shownAt = await burst();
    await page.bringToFront();
    await eventually('a page that is seen', async () => !(await isHidden(page)));
    await page.waitForFunction(
      ([frames, burst]) => {
        const now = (window as any).feagi.stats();
        return now.stream.frames > frames! && now.burst >= burst! && now.connection === 'open';
      },
      [hidden.frames + CREDIT + 10, shownAt],
    );
    const now = await stats(page);
    assert.equal(now.stream.reconnects, 0, 'the connection was kept');
    // What nobody wanted to see was not lost: bursts of at least four seconds were left out.
    assert.ok(now.stream.leftOut - hidden.leftOut > 3 * HZ, `${now.stream.leftOut - hidden.leftOut} frames were left out`);
    // Whatever a slow machine skips besides is told, those are not.
    const told = now.dropped - before.dropped;
    const skipped = now.stream.leftOut - hidden.leftOut;
    assert.ok(told <= skipped - 3 * HZ, `the page tells of ${told} of ${skipped} frames`);
    await other.close();
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
  }
});

test('frames that the page is too slow for are told', TEST, async () => {
  const { page, errors } = await open(tabs!.context, server!.url);
  try {
    await page.waitForFunction(() => (window as any).feagi.stats().stream.frames > 20);
    const before = await stats(page);
    // The page does something else for as long as many bursts take.
    await page.evaluate(() => {
      const until = performance.now() + 2000;
      while (performance.now() < until);
    });
    await page.waitForFunction((before) => (window as any).feagi.stats().dropped >= before + 20, before.dropped);
    assert.ok((await stats(page)).stream.leftOut >= before.stream.leftOut + 20);
    const told = page.getByTestId('dropped');
    await told.waitFor();
    assert.match((await told.textContent()) ?? '', /\d+ skipped/);
    await picture(page, 'skipped');
    // The picture is that of now again: nothing is shown late.
    const now = await burst();
    await page.waitForFunction((now) => (window as any).feagi.stats().burst >= now, now);
    await told.hover();
    await page.getByRole('tooltip').getByText(/In the last 10 seconds/).waitFor();
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
  }
});
