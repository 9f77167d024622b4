// The page survives the server: killed and started again, with another brain.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, picture, visit } from './page';
import { Server, drivenGenome } from './server';

let browser: Browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

test('a killed server is noticed, waited for, and its next brain is shown', async () => {
  const first = await Server.start();
  const { page, errors } = await visit(browser, first.url);
  const before = await page.evaluate(() => (window as any).feagi.stats().areas);
  await first.stop('SIGKILL');
  await page.getByTestId('banner').waitFor();
  await picture(page, 'disconnected');

  const second = await Server.start({ port: first.port, genome: drivenGenome([4, 4, 4], 30) });
  try {
    await page.getByTestId('banner').waitFor({ state: 'detached' });
    await page.waitForFunction((before) => {
      const stats = (window as any).feagi.stats();
      return stats.connection === 'open' && stats.areas !== before && stats.voxels >= 64;
    }, before);
    const geometry = await second.get('/v1/cortical_area/cortical_area/geometry');
    assert.equal(await page.evaluate(() => (window as any).feagi.stats().areas), Object.keys(geometry).length);
    assert.match((await page.getByTestId('genome-title').textContent()) ?? '', /Driven/);
    await picture(page, 'reconnected');
  } finally {
    assert.equal(await second.stop(), 0, 'it stops cleanly with the page still open');
  }
  assert.deepEqual(errors, []);
  await page.context().close();
});
