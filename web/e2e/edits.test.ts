// What people do on the page reaches the brain, can be seen there, and can be taken back.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { eventually, launch, picture, visit, type Visit } from './page';
import { Server, id, rule } from './server';

const EYE = id('ciris');
const EAR = id('cear');

/** Two areas without anything that drives them: what fires was told to. */
const GENOME = {
  version: '3.0',
  genome_id: 'quiet',
  genome_title: 'Quiet',
  physiology: { simulation_timestep: 0.02 },
  blueprint: {
    [EYE]: {
      cortical_name: 'Iris',
      block_boundaries: [4, 3, 2],
      relative_coordinate: [0, 0, 0],
      psp_uniform_distribution: true,
      cortical_mapping_dst: { [EAR]: [rule('projector')] },
    },
    [EAR]: { cortical_name: 'Ear', block_boundaries: [4, 3, 2], relative_coordinate: [20, 0, 0], firing_threshold: 1 },
  },
};

let browser: Browser;
let server: Server;
let visitor: Visit;
let page: Page;

before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start({ genome: GENOME })]);
  visitor = await visit(browser, server.url);
  page = visitor.page;
});

beforeEach(async () => {
  await server.send('POST', '/v1/genome/upload', GENOME);
  await page.waitForFunction((ids) => ids.every((id) => document.querySelector(`[data-testid="area-${CSS.escape(id)}"]`)), [EYE, EAR]);
  await page.keyboard.press('Escape');
});

after(async () => {
  assert.deepEqual(visitor.errors, []);
  await browser?.close();
  assert.equal(await server?.stop(), 0);
});

const paused = () => server.get('/v1/burst_engine/status').then((status) => status.paused as boolean);
const genes = async (area: string) => (await server.genome()).blueprint[area];

async function choose(area: string): Promise<void> {
  await page.getByTestId(`area-${area}`).click();
  await page.getByTestId('area-form').waitFor();
}

async function fill(field: string, value: string): Promise<void> {
  await page.getByTestId(`field-${field}`).fill(value);
}

async function apply(): Promise<void> {
  await page.getByTestId('apply-area').click();
  await page.getByTestId('apply-area').waitFor({ state: 'detached' });
}

/** Holds the brain from the page, and lets it go on. */
async function whileHeld(act: () => Promise<void>): Promise<void> {
  await page.getByTestId('pause').click();
  await eventually('holding', paused);
  await act();
  await page.getByTestId('pause').click();
  await eventually('going on', async () => !(await paused()));
}

async function step(bursts: number): Promise<void> {
  for (let taken = 0; taken < bursts; taken++) {
    const before = await server.get('/v1/burst_engine/burst_counter');
    await page.getByTestId('step').click();
    await eventually('a step', async () => (await server.get('/v1/burst_engine/burst_counter')) === before + 1);
  }
}

const fired = async () => (await server.get('/v1/burst_engine/fire_queue')).cortical_areas as Record<string, number>;

async function stimulate(voxel: readonly number[]): Promise<void> {
  await page.getByTestId('to-voxel').click();
  for (const [at, axis] of ['x', 'y', 'z'].entries()) await page.getByTestId(`voxel-${axis}`).fill(String(voxel[at]));
  await page.getByTestId('stimulate').click();
  await page.getByTestId('toasts').getByText(/fire|stimulat/i).first().waitFor();
}

test('a voxel that is stimulated fires in the next burst, and what it reaches in the one after', async () => {
  await whileHeld(async () => {
    await choose(EYE);
    await stimulate([1, 2, 0]);
    await step(1);
    assert.equal((await fired())[EYE], 1);
    await page.waitForFunction((area) => (window as any).feagi.firing().areas[area]?.length === 1, EYE);
    const shown = await page.evaluate(() => (window as any).feagi.firing());
    assert.deepEqual(shown.areas[EYE], [[1, 2, 0]]);
    await step(1);
    assert.equal((await fired())[EAR], 1);
    await picture(page, 'voxel');
  });
});

test('a threshold that is edited holds from the next burst on, and is taken back', async () => {
  await choose(EAR);
  await fill('neuron_fire_threshold', '1000');
  await apply();
  assert.equal((await genes(EAR)).firing_threshold, 1000);
  await whileHeld(async () => {
    await choose(EYE);
    await stimulate([0, 0, 0]);
    await step(2);
    assert.equal((await fired())[EAR], undefined);
  });
  await page.getByTestId('undo').click();
  await eventually('the old threshold', async () => (await genes(EAR)).firing_threshold === 1);
  await page.getByTestId('redo').click();
  await eventually('the new threshold', async () => (await genes(EAR)).firing_threshold === 1000);
});

test('a value that cannot be is told at its field, by the page and by the server', async () => {
  await choose(EAR);
  await fill('neuron_leak_coefficient', '7');
  assert.match((await page.getByTestId('error-neuron_leak_coefficient').textContent()) ?? '', /1/);
  assert.equal(await page.getByTestId('field-neuron_leak_coefficient').getAttribute('aria-invalid'), 'true');
  await page.getByTestId('discard-area').click();
  // The page does not know the server's limit on neurons.
  for (const axis of ['x', 'y', 'z']) await fill(`cortical_dimensions-${axis}`, '5000');
  await page.getByTestId('apply-area').click();
  assert.match((await page.getByTestId('error-cortical_dimensions').textContent()) ?? '', /neurons/);
  await picture(page, 'refused');
  assert.deepEqual((await genes(EAR)).block_boundaries, [4, 3, 2]);
  await page.getByTestId('discard-area').click();
});

test('an area is moved, resized, deleted and brought back with its mappings', async () => {
  await choose(EAR);
  await fill('coordinates_3d-x', '-35');
  await fill('cortical_dimensions-x', '6');
  await apply();
  assert.deepEqual((await genes(EAR)).relative_coordinate, [-35, 0, 0]);
  assert.deepEqual((await genes(EAR)).block_boundaries, [6, 3, 2]);
  await page.getByTestId('nudge-+y').click();
  await eventually('a nudge', async () => (await genes(EAR)).relative_coordinate[1] === 1);
  const before = await server.genome();
  await page.getByTestId('delete-area').click();
  await page.getByTestId(`area-${EAR}`).waitFor({ state: 'detached' });
  assert.equal(await genes(EAR), undefined);
  assert.deepEqual((await genes(EYE)).cortical_mapping_dst, {});
  await page.getByTestId('toast-undo').first().click();
  await page.getByTestId(`area-${EAR}`).waitFor();
  assert.deepEqual(await server.genome(), before);
});

test('an area is added in a new region, and can be undone', async () => {
  const before = await server.genome();
  await page.getByTestId('add-area').click();
  await fill('cortical_name', 'Echo');
  await page.getByTestId('field-brain_region_id').selectOption('');
  await fill('cortical_dimensions-x', '7');
  await picture(page, 'add-area');
  await page.getByTestId('add-area-submit').click();
  await page.getByTestId('add-area-dialog').waitFor({ state: 'detached' });
  const added = await eventually('the area', async () =>
    Object.entries<any>((await server.genome()).blueprint).find(([, area]) => area.cortical_name === 'Echo'),
  );
  assert.equal(added[1].block_boundaries[0], 7);
  await page.getByTestId(`area-${added[0]}`).waitFor();
  await page.keyboard.press('Control+z');
  await page.getByTestId(`area-${added[0]}`).waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await eventually('the genome as it was', async () => JSON.stringify(await server.genome()) === JSON.stringify(before));
});

test('a unit of sensors is added with the areas of its type', async () => {
  await page.getByTestId('add-area').click();
  await page.getByTestId('kind-input').check({ force: true });
  await page.getByTestId('field-cortical_id').selectOption('iinf');
  await fill('device_count', '3');
  await page.getByTestId('add-area-submit').click();
  await page.getByTestId('add-area-dialog').waitFor({ state: 'detached' });
  const blueprint = (await server.genome()).blueprint;
  const [area] = Object.values<any>(blueprint).filter((area) => /Infrared/.test(area.cortical_name));
  assert.equal(area.block_boundaries[0], 3);
});

test('a mapping is added, changed and deleted, with its synapses counted', async () => {
  const synapses = async () => {
    const counts = await server.get('/v1/cortical_mapping/synapse_counts');
    return counts.find((one: any) => one.src_cortical_area === EAR && one.dst_cortical_area === EYE)?.synapse_count ?? 0;
  };
  await choose(EAR);
  await page.getByTestId('tab-mappings').click();
  await page.getByTestId('add-mapping').click();
  await page.getByTestId('field-dst_cortical_area').selectOption(EYE);
  await page.getByTestId('field-morphology_id').selectOption('all_to_0-0-0');
  await picture(page, 'mapping');
  await page.getByTestId('mapping-submit').click();
  await page.getByTestId(`mapping-${EAR}-${EYE}`).waitFor();
  assert.equal(await synapses(), 24);
  await page.getByTestId(`edit-mapping-${EAR}-${EYE}`).click();
  await fill('synaptic_delay_bursts', '4');
  await page.getByTestId('mapping-submit').click();
  await page.getByTestId('mapping-dialog').waitFor({ state: 'detached' });
  await eventually('the delay', async () => (await genes(EAR)).cortical_mapping_dst[EYE][0].synaptic_delay_bursts === 4);
  await page.getByTestId(`delete-mapping-${EAR}-${EYE}`).click();
  await page.getByTestId(`mapping-${EAR}-${EYE}`).waitFor({ state: 'detached' });
  assert.equal(await synapses(), 0);
  await page.getByTestId('undo').click();
  await page.getByTestId(`mapping-${EAR}-${EYE}`).waitFor();
  assert.equal(await synapses(), 24);
});

test('the burst rate is set from the page', async () => {
  await page.getByTestId('rate').fill('25');
  await page.getByTestId('rate').press('Enter');
  await eventually('the rate', async () => Math.abs((await server.get('/v1/burst_engine/simulation_timestep')) - 0.04) < 1e-9);
});
