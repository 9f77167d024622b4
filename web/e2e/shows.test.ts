// The page shows the brain that runs: its areas, what fires in each burst, on every kind of screen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, picture, usable, visit } from './page';
import { Server } from './server';

let browser: Browser;
let server: Server;

before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
});

after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
});

test('the page is usable soon and shows the areas of the genome', async () => {
  const begun = performance.now();
  const { page, errors } = await visit(browser, server.url);
  const ms = performance.now() - begun;
  console.log(`usable after ${ms.toFixed(0)} ms, a new browser context included`);
  const geometry = await server.get('/v1/cortical_area/cortical_area/geometry');
  const ids = Object.keys(geometry);
  assert.equal(await page.evaluate(() => (window as any).feagi.stats().areas), ids.length);
  for (const id of ids) {
    const row = page.getByTestId(`area-${id}`);
    assert.match((await row.textContent()) ?? '', new RegExp(geometry[id].cortical_name.replace(/[_ ]/g, '.')));
  }
  const drawn = await page.evaluate(() => (window as any).feagi.scene.stats().areas);
  assert.equal(drawn, ids.filter((id) => geometry[id].visible).length);
  await page.waitForFunction(() => (window as any).feagi.stats().voxels > 0);
  await picture(page, 'dark');
  assert.deepEqual(errors, []);
  await page.context().close();
});

test('the firing voxels of a burst are the fired set of the engine for that burst', async () => {
  const { page, errors } = await visit(browser, server.url);
  await server.send('POST', '/v1/burst_engine/hold');
  try {
    let voxels = 0;
    for (let step = 0; step < 25; step++) {
      const { burst_count: burst } = await server.send('POST', '/v1/burst_engine/step', { bursts: 1 });
      const queue = await server.get('/v1/burst_engine/fire_queue/detailed');
      assert.equal(queue.timestep, burst);
      if (queue.total_fired === 0) continue;
      await page.waitForFunction((burst) => (window as any).feagi.stats().burst >= burst, burst);
      const shown = await page.evaluate(() => (window as any).feagi.firing());
      assert.equal(shown.burst, burst);
      const sorted = (list: number[][]) => list.map(String).sort();
      const expected = Object.entries<any>(queue.cortical_areas).map(([id, area]) => {
        const { coordinates_x: x, coordinates_y: y, coordinates_z: z } = area;
        return [id, sorted(x.map((_: number, at: number) => [x[at], y[at], z[at]]))] as const;
      });
      const found = Object.entries<number[][]>(shown.areas).map(([id, list]) => [id, sorted(list)] as const);
      assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
      voxels += queue.total_fired;
    }
    assert.ok(voxels > 25, `only ${voxels} voxels fired`);
    console.log(`25 bursts compared, ${voxels} spikes, no difference`);
  } finally {
    await server.send('POST', '/v1/burst_engine/resume');
  }
  assert.deepEqual(errors, []);
  await page.context().close();
});

test('a click shows an area, its facts and its mappings', async () => {
  const { page, errors } = await visit(browser, server.url);
  const detailed = await server.get('/v1/cortical_area/cortical_map_detailed');
  const [source, targets] = Object.entries<any>(detailed).find(([, targets]) => Object.keys(targets).length > 1)!;
  await page.getByTestId(`area-${source}`).click();
  const { [source]: area } = await server.get('/v1/cortical_area/cortical_area/geometry');
  assert.match((await page.getByTestId('inspector-title').textContent()) ?? '', new RegExp(area.cortical_name));
  await page.getByTestId('tab-mappings').click();
  for (const target of Object.keys(targets)) await page.getByTestId(`mapping-${source}-${target}`).first().waitFor();
  await picture(page, 'area');
  assert.deepEqual(errors, []);
  await page.context().close();
});

test('the first visit has a tour of five steps, and only the first', async () => {
  const { page, errors } = await visit(browser, server.url, { tourSeen: false });
  const tour = page.getByTestId('tour');
  await tour.waitFor();
  await picture(page, 'tour');
  for (let step = 1; step <= 5; step++) {
    assert.match((await page.getByTestId('tour-step').textContent()) ?? '', new RegExp(`${step}.*5`));
    await page.getByTestId('tour-next').click();
  }
  await tour.waitFor({ state: 'detached' });
  await page.reload({ waitUntil: 'commit' });
  await usable(page);
  assert.equal(await tour.count(), 0);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test('it works on a phone, in light colours', async () => {
  const { page, errors } = await visit(browser, server.url, {
    viewport: { width: 390, height: 844 },
    colorScheme: 'light',
    hasTouch: true,
    isMobile: true,
  });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `${width} pixels wide`);
  await picture(page, 'phone');
  assert.deepEqual(errors, []);
  await page.context().close();
});

test('everything that can be used has a name, and the keyboard reaches it', async () => {
  const { page } = await visit(browser, server.url);
  const nameless = await page.evaluate(() => {
    const named = (element: Element) => {
      const label = element.getAttribute('aria-label') ?? element.getAttribute('aria-labelledby');
      const own = (element as HTMLInputElement).labels?.length ?? 0;
      return Boolean(label || own || element.textContent?.trim() || element.getAttribute('title'));
    };
    return [...document.querySelectorAll('button, a, input, select, textarea, canvas, [role=option], dialog[open]')]
      .filter((element) => (element as HTMLElement).checkVisibility() && !named(element))
      .map((element) => element.outerHTML.slice(0, 120));
  });
  assert.deepEqual(nameless, []);
  const reached = new Set<string>();
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab');
    const test = await page.evaluate(() => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid'));
    if (test) reached.add(test);
  }
  for (const wanted of ['area-search', 'rate', 'genome-menu']) assert.ok(reached.has(wanted), `${wanted} of ${[...reached]}`);
  await page.context().close();
});
