// What people do on the page reaches the brain, can be seen there, and can be taken back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk } from './desk';
import { eventually, picture, visiting, type VisitOptions } from './page';
import { id, rule } from './server';
import { TEST, stage } from './stage';

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

const on = stage({ genome: GENOME });

/** A visit of the brain as it is above, whatever the test before has left. */
async function editing(options: VisitOptions, act: (desk: Desk) => Promise<void>): Promise<void> {
  await on.server.send('POST', '/v1/burst_engine/resume');
  await on.server.send('POST', '/v1/genome/upload', GENOME);
  await visiting(on.browser, on.server.url, options, (page) => act(new Desk(page, on.server)));
}

test('a voxel that is stimulated fires in the next burst, and what it reaches in the one after', TEST, () =>
  editing({}, async (desk) => {
    const { page } = desk;
    await desk.whileHeld(async () => {
      await desk.choose(EYE);
      await desk.stimulate([1, 2, 0]);
      await desk.step();
      assert.deepEqual(await desk.fired(), { [EYE]: 1 });
      await page.waitForFunction((area) => (window as any).feagi.scene.shown().voxels.some((one: any) => one.areaId === area), EYE);
      const shown = await page.evaluate(() => (window as any).feagi.firing());
      assert.deepEqual(shown.areas[EYE], [[1, 2, 0]]);
      assert.equal(shown.areas[EAR], undefined);
      await desk.step();
      assert.deepEqual(await desk.fired(), { [EAR]: 1 });
      await page.waitForFunction((area) => (window as any).feagi.firing().areas[area]?.length === 1, EAR);
      await picture(page, 'voxel');
      await desk.step();
      assert.deepEqual(await desk.fired(), {});
    });
  }));

test('a threshold that is edited holds from the next burst on, and is taken back', TEST, () =>
  editing({}, async (desk) => {
    const threshold = async () => (await desk.genes(EAR)).firing_threshold;
    const stimulated = async () => {
      await desk.choose(EYE);
      await desk.stimulate([0, 0, 0]);
      await desk.step();
      assert.deepEqual(await desk.fired(), { [EYE]: 1 });
      await desk.step();
      return desk.fired();
    };
    await desk.whileHeld(async () => {
      await desk.choose(EAR);
      await desk.fill('neuron_fire_threshold', '1000');
      await desk.apply();
      assert.equal(await threshold(), 1000);
      assert.deepEqual(await stimulated(), {}, 'what reaches the ear is too little');
      await desk.travel('undo');
      await eventually('the old threshold', async () => (await threshold()) === 1);
      assert.deepEqual(await stimulated(), { [EAR]: 1 });
      await desk.travel('redo');
      await eventually('the new threshold', async () => (await threshold()) === 1000);
      await desk.choose(EAR);
      await eventually('the new threshold on the page', async () => (await desk.field('neuron_fire_threshold').inputValue()) === '1000');
      assert.deepEqual(await stimulated(), {});
    });
  }));

test('a value that cannot be is told at its field, by the page and by the server', TEST, () =>
  editing({ causes: /status of 400/ }, async (desk) => {
    const { page } = desk;
    const before = await on.server.genome();
    await desk.choose(EAR);
    await desk.fill('neuron_leak_coefficient', '7');
    assert.match((await page.getByTestId('error-neuron_leak_coefficient').textContent()) ?? '', /1/);
    assert.equal(await desk.field('neuron_leak_coefficient').getAttribute('aria-invalid'), 'true');
    await page.getByTestId('discard-area').click();
    // The page does not know the server's limit on neurons.
    for (const axis of ['x', 'y', 'z']) await desk.fill(`cortical_dimensions-${axis}`, '5000');
    await page.getByTestId('apply-area').click();
    await page.getByTestId('error-cortical_dimensions').getByText(/neurons/).waitFor();
    await picture(page, 'refused');
    assert.deepEqual(await on.server.genome(), before);
  }));

test('an area is moved, resized, deleted and brought back with its mappings', TEST, () =>
  editing({}, async (desk) => {
    const { page } = desk;
    await desk.choose(EAR);
    await desk.fill('coordinates_3d-x', '-35');
    await desk.fill('cortical_dimensions-x', '6');
    await desk.apply();
    assert.deepEqual((await desk.genes(EAR)).relative_coordinate, [-35, 0, 0]);
    assert.deepEqual((await desk.genes(EAR)).block_boundaries, [6, 3, 2]);
    await page.getByTestId('fact-position').getByText('-35, 0, 0').waitFor();
    await page.getByTestId('fact-size').getByText('6 × 3 × 2').waitFor();
    await page.getByTestId('nudge-+y').click();
    await eventually('a nudge', async () => (await desk.genes(EAR)).relative_coordinate[1] === 1);
    await page.getByTestId('fact-position').getByText('-35, 1, 0').waitFor();
    const before = await on.server.genome();
    await page.getByTestId('delete-area').click();
    await page.getByTestId(`area-${EAR}`).waitFor({ state: 'detached' });
    assert.equal(await desk.genes(EAR), undefined);
    assert.deepEqual((await desk.genes(EYE)).cortical_mapping_dst, {});
    assert.equal((await page.evaluate(() => (window as any).feagi.scene.stats())).areas, (await desk.visibleAreas()).length);
    await page.getByTestId('toast-undo').first().click();
    await page.getByTestId(`area-${EAR}`).waitFor();
    assert.deepEqual(await on.server.genome(), before);
  }));

test('an area is added in a new region, and can be undone', TEST, () =>
  editing({}, async (desk) => {
    const { page } = desk;
    const before = await on.server.genome();
    await page.getByTestId('add-area').click();
    await desk.fill('cortical_name', 'Echo');
    await desk.field('brain_region_id').selectOption('');
    await desk.fill('cortical_dimensions-x', '7');
    await picture(page, 'add-area');
    await page.getByTestId('add-area-submit').click();
    await page.getByTestId('add-area-dialog').waitFor({ state: 'detached' });
    const added = Object.entries<any>((await on.server.genome()).blueprint).find(([, area]) => area.cortical_name === 'Echo');
    assert.ok(added, 'the genome has the area');
    assert.deepEqual(added[1].block_boundaries, [7, 4, 4]);
    await page.getByTestId(`area-${added[0]}`).waitFor();
    await desk.press('Control+z', 'undo');
    await page.getByTestId(`area-${added[0]}`).waitFor({ state: 'detached' });
    await desk.press('Control+z', 'undo');
    await eventually('the genome as it was', async () => JSON.stringify(await on.server.genome()) === JSON.stringify(before));
    await desk.press('Control+Shift+z', 'redo');
    await desk.press('Control+Shift+z', 'redo');
    await page.getByTestId(`area-${added[0]}`).waitFor();
  }));

test('a unit of sensors is added with the areas of its type', TEST, () =>
  editing({}, async (desk) => {
    const { page } = desk;
    await page.getByTestId('add-area').click();
    await page.getByTestId('kind-input').check({ force: true });
    await desk.field('cortical_id').selectOption('iinf');
    await desk.fill('device_count', '3');
    await page.getByTestId('add-area-submit').click();
    await page.getByTestId('add-area-dialog').waitFor({ state: 'detached' });
    const found = Object.entries<any>((await on.server.genome()).blueprint).filter(([, area]) => /Infrared/.test(area.cortical_name));
    assert.equal(found.length, 1);
    assert.equal(found[0]![1].block_boundaries[0], 3);
    await page.getByTestId(`area-${found[0]![0]}`).waitFor();
  }));

test('a mapping is added, changed and deleted, with its synapses counted', TEST, () =>
  editing({}, async (desk) => {
    const { page } = desk;
    const synapses = async () => {
      const counts = await on.server.get('/v1/cortical_mapping/synapse_counts');
      return counts.find((one: any) => one.src_cortical_area === EAR && one.dst_cortical_area === EYE)?.synapse_count ?? 0;
    };
    const row = page.getByTestId(`mapping-${EAR}-${EYE}`);
    await desk.choose(EAR);
    await page.getByTestId('tab-mappings').click();
    await page.getByTestId('add-mapping').click();
    await desk.field('dst_cortical_area').selectOption(EYE);
    await desk.field('morphology_id').selectOption('all_to_0-0-0');
    await picture(page, 'mapping');
    await page.getByTestId('mapping-submit').click();
    await row.getByText('24 syn.').waitFor();
    assert.equal(await synapses(), 24);
    await page.getByTestId(`edit-mapping-${EAR}-${EYE}`).click();
    await desk.fill('synaptic_delay_bursts', '4');
    await page.getByTestId('mapping-submit').click();
    await page.getByTestId('mapping-dialog').waitFor({ state: 'detached' });
    const [changed] = (await desk.genes(EAR)).cortical_mapping_dst[EYE];
    assert.equal(changed.morphology_id, 'all_to_0-0-0');
    assert.equal(changed.synaptic_delay_bursts, 4);
    await page.getByTestId(`delete-mapping-${EAR}-${EYE}`).click();
    await row.waitFor({ state: 'detached' });
    assert.equal(await synapses(), 0);
    await desk.travel('undo');
    await row.waitFor();
    assert.equal(await synapses(), 24);
  }));

test('the burst rate is set from the page', TEST, () =>
  editing({}, async ({ page }) => {
    await page.getByTestId('rate').fill('25');
    await page.getByTestId('rate').press('Enter');
    await eventually('the rate', async () => Math.abs((await on.server.get('/v1/burst_engine/simulation_timestep')) - 0.04) < 1e-9);
  }));
