import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Geometry, RegionMembers, Rule } from '../src/api/types';
import { assemble, branches, freeName, freePosition, groupOf, sceneModel, type Answers } from '../src/model/brain';
import { NEW_RULE } from '../src/model/rules';

const geometry = (id: string, group: string, home: string | null, type = 'custom'): Geometry => ({
  cortical_id: id,
  cortical_name: `Area ${id}`,
  cortical_group: group,
  cortical_type: type,
  parent_region_id: home,
  coordinates_3d: [10, 0, 0],
  cortical_dimensions: [4, 2, 1],
  cortical_neuron_per_vox_count: 1,
  visible: true,
});

const region = (title: string, parent: string | null, areas: string[], regions: string[]): RegionMembers => ({
  title,
  parent_region_id: parent,
  coordinate_3d: [0, 0, 0],
  areas,
  regions,
});

const rule: Rule = { ...NEW_RULE, morphology_id: 'projector' };

const answers: Answers = {
  geometry: { a: geometry('a', 'IPU', 'root'), b: geometry('b', 'CUSTOM', 'r'), m: geometry('m', 'CUSTOM', null, 'memory') },
  regions: { root: region('Root', null, ['a', 'gone'], ['r']), r: region('R', 'root', ['m', 'b'], ['root']) },
  mappings: { a: { b: [rule], gone: [rule] }, b: { m: [] } },
  morphologies: { projector: { name: 'projector', class: 'core', type: 'functions', parameters: {} } },
  counts: [{ src_cortical_area: 'a', dst_cortical_area: 'b', synapse_count: 8 }],
};

test('areas are grouped by what they are for', () => {
  assert.equal(groupOf('IPU', 'sensory'), 'input');
  assert.equal(groupOf('CUSTOM', 'memory'), 'memory');
  assert.equal(groupOf('MODULATOR', 'modulator'), 'other');
});

test('mappings without rules or without an end are left out', () => {
  const { mappings } = assemble(answers);
  assert.deepEqual(mappings.map(({ source, target, synapses }) => [source, target, synapses]), [['a', 'b', 8]]);
});

test('where the server does not count synapses, no number is made up', () => {
  assert.equal(assemble({ ...answers, counts: null }).mappings[0]?.synapses, null);
});

test('regions come from the root down, and a region inside itself does not hang the page', () => {
  const brain = assemble(answers);
  const found = branches(brain, () => true, true);
  assert.deepEqual(found.map(({ region: { id }, depth, areas }) => [id, depth, areas.map((area) => area.id)]), [
    ['root', 0, ['a']],
    ['r', 1, ['b', 'm']],
  ]);
});

test('a search hides regions in which nothing is found', () => {
  const found = branches(assemble(answers), (area) => area.group === 'input', false);
  assert.deepEqual(found.map(({ region: { id } }) => id), ['root']);
});

test('the scene gets groups by their published names', () => {
  assert.deepEqual(sceneModel(assemble(answers)).areas.map((area) => area.group), ['IPU', 'CUSTOM', 'MEMORY']);
});

test('a new area gets a place and a name that are free', () => {
  const brain = assemble(answers);
  assert.deepEqual(freePosition(brain), [19, 0, 0]);
  assert.equal(freeName(brain, 'Area a'), 'Area a 2');
  assert.equal(freeName(brain, 'New'), 'New');
});

test('an area that is in two regions or in none stands in the list once', () => {
  const { geometry: areas, regions } = answers;
  const brain = assemble({
    ...answers,
    geometry: { ...areas, lost: geometry('lost', 'CUSTOM', null), odd: geometry('odd', 'CUSTOM', 'unknown') },
    regions: { ...regions, root: region('Root', null, ['a', 'b'], ['r']) },
  });
  const found = branches(brain, () => true, true);
  assert.deepEqual(found.map(({ region: { id }, areas: list }) => [id, list.map((area) => area.id)]), [
    ['root', ['a']],
    ['r', ['b', 'm']],
    ['', ['lost', 'odd']],
  ]);
});
