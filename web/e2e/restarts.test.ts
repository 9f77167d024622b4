// The page survives the server: killed and started again, with another brain.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from './browser';
import { Desk } from './desk';
import { eventually, picture, stats, visiting } from './page';
import { Server, drivenGenome, id } from './server';
import { TEST } from './stage';

const DRIVEN = id('cdriven');

let browser: Browser | undefined;

before(async () => {
  browser = await launch();
}, TEST);

after(() => browser?.close(), TEST);

test('a killed server is noticed, waited for, and its next brain is shown', TEST, async () => {
  const servers = [await Server.start()];
  const [first] = servers as [Server];
  try {
    await visiting(browser!, first.url, { causes: /ERR_CONNECTION|WebSocket connection to|net::ERR/ }, async (page) => {
      const before = await eventually('bursts', async () => {
        const now = await stats(page);
        return now.burst > 50 && now;
      });
      await first.stop('SIGKILL');
      await page.getByTestId('banner').waitFor();
      await page.getByTestId('connection').and(page.locator('[data-state=closed]')).waitFor();
      await picture(page, 'disconnected');

      const second = await Server.start({ port: first.port, genome: drivenGenome([4, 4, 4], 30) });
      servers.push(second);
      await page.getByTestId('banner').waitFor({ state: 'detached' });
      await page.waitForFunction((driven) => (window as any).feagi.firing()?.areas[driven]?.length === 64, DRIVEN);
      const geometry = await second.get('/v1/cortical_area/cortical_area/geometry');
      const now = await stats(page);
      assert.equal(now.areas, Object.keys(geometry).length);
      assert.notEqual(now.areas, before.areas);
      assert.equal(now.connection, 'open');
      await page.getByTestId('genome-title').getByText('Driven').waitFor();
      await picture(page, 'reconnected');

      // It is not only looked at: edits reach the new server.
      const desk = new Desk(page, second);
      await desk.choose(DRIVEN);
      await desk.fill('neuron_fire_threshold', '7');
      await desk.apply();
      assert.equal((await second.genome()).blueprint[DRIVEN].firing_threshold, 7);
      assert.equal(await second.stop(), 0, 'it stops cleanly with the page still open');
      await page.getByTestId('banner').waitFor();
    });
  } finally {
    for (const server of servers) await server.stop('SIGKILL');
  }
});
