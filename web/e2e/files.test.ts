// Genomes and brains come and go as files.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Download, Page } from 'playwright-core';
import { launch, picture, visit, type Visit } from './page';
import { Server, drivenGenome, id } from './server';

let browser: Browser;
let server: Server;
let visitor: Visit;
let page: Page;

before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  visitor = await visit(browser, server.url);
  page = visitor.page;
});

after(async () => {
  assert.deepEqual(visitor.errors, []);
  await browser?.close();
  assert.equal(await server?.stop(), 0);
});

async function drop(name: string, text: string): Promise<void> {
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

async function closeDialog(): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId('genome-dialog').waitFor({ state: 'detached' });
}

async function saved(button: string): Promise<{ download: Download; bytes: Buffer }> {
  await page.getByTestId('genome-menu').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()]);
  const bytes = await readFile(await download.path());
  await closeDialog();
  return { download, bytes };
}

test('a genome that is dropped on the page becomes the brain, and is saved as it is', async () => {
  await drop('driven.genome', JSON.stringify(drivenGenome([5, 4, 3], 20)));
  await page.getByTestId('load-done').waitFor();
  await page.getByTestId(`area-${id('cdriven')}`).waitFor({ state: 'attached' });
  await closeDialog();
  await page.waitForFunction(() => (window as any).feagi.stats().voxels >= 60);
  const { download, bytes } = await saved('save-genome');
  assert.match(download.suggestedFilename(), /driven.*\.genome/i);
  const genome = JSON.parse(bytes.toString());
  assert.equal(genome.genome_title, 'Driven');
  assert.ok(Object.keys(genome.blueprint).some((gene) => gene.includes(id('cdriven'))));
});

test('a file that is no genome is refused with place and fix, and the brain stays', async () => {
  const before = await server.genome();
  await drop('broken.genome', '{"version": "3.0", "blueprint": {"Y19fX19fX18=": {"block_boundaries": [0, 1, 1]}}}');
  await page.getByTestId('load-refused').waitFor();
  const told = (await page.getByTestId('load-refused').textContent()) ?? '';
  assert.match(told, /broken\.genome/);
  assert.match(told, /block_boundaries|Y19fX19fX18=/);
  await picture(page, 'no-genome');
  await closeDialog();
  assert.deepEqual(await server.genome(), before);
});

test('a brain is saved with its state and goes on from there when it is restored', async () => {
  await server.send('POST', '/v1/burst_engine/hold');
  const area = id('cdriven');
  const state = async () => {
    const voxel = await server.get(`/v1/cortical_area/voxel_neurons?cortical_id=${encodeURIComponent(area)}&x=1&y=2&z=0`);
    const { membrane_potential, refractory_countdown, consecutive_fire_count } = voxel.neurons[0];
    return { membrane_potential, refractory_countdown, consecutive_fire_count };
  };
  const queues = async (bursts: number) => {
    const list = [];
    for (let taken = 0; taken < bursts; taken++) {
      await server.send('POST', '/v1/burst_engine/step');
      list.push((await server.get('/v1/burst_engine/fire_queue/detailed')).cortical_areas);
    }
    return list;
  };
  await server.send('PUT', '/v1/cortical_area/cortical_area', { cortical_id: area, neuron_refractory_period: 3 });
  await server.send('POST', '/v1/burst_engine/step', { bursts: 5 });
  const { download, bytes } = await saved('save-brain');
  assert.match(download.suggestedFilename(), /\.connectome$/);
  const [then, expected] = [await state(), await queues(8)];
  assert.ok(expected.some((queue) => Object.keys(queue).length > 1), 'something fires in the meantime');

  await server.send('POST', '/v1/genome/upload/barebones');
  await page.getByTestId(`area-${area}`).waitFor({ state: 'detached' });
  await page.getByTestId('genome-menu').click();
  await page.getByTestId('genome-file').setInputFiles({ name: 'saved.connectome', mimeType: 'application/octet-stream', buffer: bytes });
  await page.getByTestId('load-done').waitFor();
  await closeDialog();
  await page.getByTestId(`area-${area}`).waitFor({ state: 'attached' });
  assert.deepEqual(await state(), then);
  assert.deepEqual(await queues(8), expected);
  await server.send('POST', '/v1/burst_engine/resume');
});

test('every plot is downloaded as numbers and as a picture', async () => {
  for (const plot of ['firing', 'raster', 'timing', 'agents']) {
    await page.getByTestId(`plot-tab-${plot}`).click();
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`csv-${plot}`).click()]);
    const text = await readFile(await csv.path(), 'utf8');
    assert.ok(text.split('\n').length > 1, `${plot}: ${text.slice(0, 80)}`);
    const [png] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`png-${plot}`).click()]);
    const bytes = await readFile(await png.path());
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG', plot);
  }
});
