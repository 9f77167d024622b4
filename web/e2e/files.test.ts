// Genomes and brains come and go as files, and plots go.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Download, Page } from 'playwright-core';
import { eventually, picture, stats, visiting } from './page';
import { drivenGenome, id } from './server';
import { TEST, stage } from './stage';

const DRIVEN = id('cdriven');
const GENOME = drivenGenome([5, 4, 3], 20);

const on = stage();

async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ({ name, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name));
      return data;
    },
    { name, text },
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await page.getByTestId('drop-over').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId('genome-dialog').waitFor({ state: 'detached' });
}

/** What a button of the page saves. */
async function saved(page: Page, button: string): Promise<{ download: Download; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  return { download, bytes: await readFile(await download.path()) };
}

async function savedFromMenu(page: Page, button: string): Promise<{ download: Download; bytes: Buffer }> {
  await page.getByTestId('genome-menu').click();
  const file = await saved(page, button);
  await closeDialog(page);
  return file;
}

test('a genome that is dropped on the page becomes the brain, and is saved as it is', TEST, () =>
  visiting(on.browser, on.server.url, {}, async (page) => {
    await drop(page, 'driven.genome', JSON.stringify(GENOME));
    await page.getByTestId('load-done').waitFor();
    await page.getByTestId(`area-${DRIVEN}`).waitFor({ state: 'attached' });
    await picture(page, 'dropped');
    await closeDialog(page);
    await page.waitForFunction((driven) => (window as any).feagi.firing()?.areas[driven]?.length === 60, DRIVEN);
    const { download, bytes } = await savedFromMenu(page, 'save-genome');
    assert.match(download.suggestedFilename(), /driven.*\.genome/i);
    const before = await on.server.genome();
    assert.equal(before.genome_title, 'Driven');
    // It is the same brain that the file describes.
    await on.server.send('POST', '/v1/genome/upload/barebones');
    await on.server.send('POST', '/v1/genome/upload', JSON.parse(bytes.toString()));
    assert.deepEqual((await on.server.genome()).blueprint, before.blueprint);
  }));

test('a file that is no genome is refused with place and reason, and the brain stays', TEST, async () => {
  const before = await on.server.genome();
  await visiting(on.browser, on.server.url, { causes: /status of (400|500)/ }, async (page) => {
    const broken = JSON.stringify({ version: '3.0', blueprint: { [id('cbroken')]: { block_boundaries: 'large' } } });
    await drop(page, 'broken.genome', broken);
    const refusal = page.getByTestId('load-refused');
    await refusal.getByText(/block_boundaries/).waitFor();
    const told = (await refusal.textContent()) ?? '';
    assert.match(told, /broken\.genome/);
    assert.ok(told.includes(id('cbroken')), told);
    await picture(page, 'no-genome');
    await closeDialog(page);
    await drop(page, 'torn.genome', broken.slice(0, -9));
    await refusal.getByText(/torn\.genome/).waitFor();
    await closeDialog(page);
    assert.equal((await stats(page)).areas, Object.keys(before.blueprint).length);
  });
  assert.deepEqual(await on.server.genome(), before);
});

/** The state of one neuron, which fires in some bursts and rests in others. */
async function neuron(): Promise<unknown> {
  const voxel = await on.server.get(`/v1/cortical_area/voxel_neurons?cortical_id=${encodeURIComponent(DRIVEN)}&x=1&y=2&z=0`);
  const { membrane_potential, refractory_countdown, consecutive_fire_count } = voxel.neurons[0];
  return { membrane_potential, refractory_countdown, consecutive_fire_count };
}

/** What fires in the next bursts. */
async function queues(bursts: number): Promise<object[]> {
  const list = [];
  for (let taken = 0; taken < bursts; taken++) {
    await on.server.send('POST', '/v1/burst_engine/step');
    list.push((await on.server.get('/v1/burst_engine/fire_queue/detailed')).cortical_areas);
  }
  return list;
}

test('a brain is saved with its state and goes on from there when it is restored', TEST, async () => {
  const { server } = on;
  await server.send('POST', '/v1/genome/upload', GENOME);
  await server.send('PUT', '/v1/cortical_area/cortical_area', { cortical_id: DRIVEN, neuron_refractory_period: 3 });
  await server.send('POST', '/v1/burst_engine/hold');
  try {
    await server.send('POST', '/v1/burst_engine/step', { bursts: 5 });
    await visiting(on.browser, server.url, {}, async (page) => {
      const { download, bytes } = await savedFromMenu(page, 'save-brain');
      assert.match(download.suggestedFilename(), /driven.*\.connectome$/i);
      const [then, expected] = [await neuron(), await queues(8)];
      const active = expected.filter((queue) => DRIVEN in queue).length;
      assert.ok(active > 0 && active < 8, `the area fires in ${active} of 8 bursts`);

      await server.send('POST', '/v1/genome/upload/barebones');
      await page.getByTestId(`area-${DRIVEN}`).waitFor({ state: 'detached' });
      await page.getByTestId('genome-menu').click();
      await page.getByTestId('genome-file').setInputFiles({ name: 'saved.connectome', mimeType: 'application/octet-stream', buffer: bytes });
      await page.getByTestId('load-done').waitFor();
      await closeDialog(page);
      await page.getByTestId(`area-${DRIVEN}`).waitFor({ state: 'attached' });
      assert.deepEqual(await neuron(), then);
      assert.deepEqual(await queues(8), expected);
    });
  } finally {
    await server.send('POST', '/v1/burst_engine/resume');
  }
});

/** Rows by the names of their columns. */
function rowsOf(csv: Buffer): Record<string, string>[] {
  const [names, ...rows] = csv.toString().trim().split(/\r?\n/).map((row) => row.split(','));
  for (const row of rows) assert.equal(row.length, names!.length, row.join());
  return rows.map((row) => Object.fromEntries(names!.map((name, at) => [name, row[at]!])));
}

/** Width of a picture, and whether it has more colours than an empty one. */
const lookAt = (page: Page, png: Buffer): Promise<{ width: number; colours: number }> =>
  page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: bitmap.width, colours: new Set(new Uint32Array(data.buffer)).size };
  }, png.toString('base64'));

test('every plot is saved as numbers and as a picture', TEST, async () => {
  const { server } = on;
  await server.send('POST', '/v1/genome/upload', GENOME);
  await visiting(on.browser, server.url, {}, async (page) => {
    await page.getByTestId('plot-tab-raster').click();
    await page.getByTestId('raster-area').selectOption(DRIVEN);
    await page.waitForFunction((driven) => (window as any).feagi.firing()?.areas[driven], DRIVEN);
    await page.getByTestId('plot-tab-agents').click();
    // The page itself is a viewer, and has a row of its own.
    await page.getByTestId('agents-table').getByText('visualization').first().waitFor();
    await eventually('rates of the viewer', async () => rowsOf((await saved(page, 'csv-agents')).bytes).some((row) => Number(row.frames_per_second) > 0));
    await server.send('POST', '/v1/burst_engine/hold');
    try {
      const { timestep: burst, total_fired } = await server.get('/v1/burst_engine/fire_queue/detailed');
      const checks: Record<string, (rows: Record<string, string>[]) => boolean> = {
        firing: (rows) => Number(rows.at(-1)?.burst) === burst && Number(rows.at(-1)?.fired) === total_fired,
        raster: (rows) => new Set(rows.filter((row) => Number(row.burst) === burst).map(({ x, y, z }) => `${x} ${y} ${z}`)).size === 60,
        timing: (rows) => rows.length > 1 && rows.every((row) => Number(row.duration_us) > 0),
        agents: (rows) => rows.some((row) => row.stream === 'visualization'),
      };
      for (const [plot, holds] of Object.entries(checks)) {
        await page.getByTestId(`plot-tab-${plot}`).click();
        // The last burst may still be on its way.
        await eventually(`numbers of the ${plot} plot`, async () => holds(rowsOf((await saved(page, `csv-${plot}`)).bytes)));
        const { download, bytes } = await saved(page, `png-${plot}`);
        assert.match(download.suggestedFilename(), new RegExp(`${plot}\\.png$`));
        const { width, colours } = await lookAt(page, bytes);
        assert.ok(width > 100 && colours > 3, `${plot}: ${width} pixels wide, ${colours} colours`);
        await picture(page, `plot-${plot}`);
      }
    } finally {
      await server.send('POST', '/v1/burst_engine/resume');
    }
  });
});
