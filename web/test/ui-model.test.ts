import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, errorOf } from '../src/api/client';
import type { AgentActivity } from '../src/api/types';
import { Activity, barWidth } from '../src/model/activity';
import { AgentRates } from '../src/model/agents';
import { Coalesced } from '../src/model/coalesced';
import { decimate } from '../src/model/decimate';
import { LossWindow } from '../src/model/drops';
import { compact } from '../src/model/format';
import { historyTitle } from '../src/model/history';
import { isBrain, summary, warningsOf } from '../src/model/loading';
import { measuredRate, nameOf, streamRates } from '../src/model/rates';
import { Received } from '../src/model/received';
import { checkRule, NEW_RULE, placeRuleErrors, ruleDraft, ruleText } from '../src/model/rules';
import { DEFAULTS, parseSettings } from '../src/model/settings';
import { BurstRing } from '../src/stream/bursts';
import { encodeVoxels } from '../src/stream/encode';
import { Decoder, type VoxelFrame } from '../src/stream/protocol';

const ids = ['X19fcG93ZXI=', 'Y2VkZ2VzX18='] as const;

test('errors of the server keep their fields, unknown paths are told as such', () => {
  const refused = errorOf('PUT', '/v1/x', 400, '{"code":400,"message":"No.","fields":{"a":"Too large."}}');
  assert.ok(refused instanceof ApiError);
  assert.deepEqual([refused.status, refused.message, refused.fields, refused.missing], [400, 'No.', { a: 'Too large.' }, false]);
  const unknown = errorOf('GET', '/v1/agent/activity?x=1', 404, '404 Not Found');
  assert.deepEqual([unknown.missing, unknown.message], [true, 'This server does not offer GET /v1/agent/activity.']);
  assert.equal(errorOf('GET', '/v1/x', 404, '{"code":404,"message":"No such area."}').missing, false);
  assert.equal(errorOf('POST', '/v1/x', 422, 'missing field `a`').message, 'missing field `a`');
});

test('undo and redo say what they would do', () => {
  assert.equal(historyTitle('Undo', ['delete Vision', 'add X'], 'Ctrl+Z'), 'Undo: delete Vision (Ctrl+Z)');
  assert.equal(historyTitle('Redo', [], 'Ctrl+Shift+Z'), 'Nothing to redo');
  assert.equal(historyTitle('Undo', null, 'Ctrl+Z'), 'Undo is not offered by this server');
});

test('reloads that are asked for meanwhile are one reload afterwards', async () => {
  let runs = 0;
  const waiting: (() => void)[] = [];
  const reloads = new Coalesced(() => {
    runs += 1;
    return new Promise((resolve) => waiting.push(resolve));
  });
  const first = reloads.ask();
  const others = [reloads.ask(), reloads.ask(), reloads.ask()];
  waiting[0]!();
  await first;
  await Promise.resolve();
  assert.equal(runs, 2);
  waiting[1]!();
  await Promise.all(others);
  assert.equal(runs, 2);
});

test('a reload that fails does not keep the next from running', async () => {
  let runs = 0;
  const reloads = new Coalesced(async () => {
    runs += 1;
    if (runs === 1) throw new Error('gone');
  });
  const failing = reloads.ask();
  const next = reloads.ask();
  await assert.rejects(failing);
  await next;
  assert.equal(runs, 2);
});

test('lost frames are counted over the last seconds only', () => {
  const window = new LossWindow(10_000);
  window.add(0, 1, 9);
  window.add(5000, 1, 1);
  assert.deepEqual(window.loss(6000), { dropped: 10, share: 10 / 12 });
  assert.deepEqual(window.loss(12_000), { dropped: 1, share: 0.5 });
  assert.deepEqual(window.loss(99_000), { dropped: 0, share: 0 });
});

function burstsAt(times: readonly number[]): BurstRing {
  const ring = new BurstRing(64);
  times.forEach((ms, index) => {
    ring.push({ kind: 'bursts', count: 1, words: Uint32Array.from([index + 1, 0, 0, 0, 0, 0, 0, ms]) });
  });
  return ring;
}

test('the measured rate counts bursts over the clock of the program', () => {
  assert.equal(measuredRate(burstsAt([0, 100, 200, 300, 400])), 10);
  assert.equal(measuredRate(burstsAt([0])), null);
  assert.equal(measuredRate(burstsAt([0, 4000])), 0.25);
});

const agent = (frames: number, bytes: number): AgentActivity => ({
  agent_id: 'a1',
  name: 'camera',
  manufacturer: null,
  version: null,
  protocol: 'ZeroMQ',
  capabilities: [],
  silent_ms: 0,
  streams: [{ stream: 'sensory', url: 'tcp://x', frames, bytes, frames_dropped: 0, frames_refused: 0, peers: 1 }],
});

test('rates of agents are differences of their counters', () => {
  const [rate] = streamRates({ at: 0, agents: [agent(10, 1000)] }, { at: 2000, agents: [agent(40, 5000)] });
  assert.deepEqual([rate?.framesPerSecond, rate?.bytesPerSecond], [15, 2000]);
  assert.equal(streamRates(null, { at: 0, agents: [agent(10, 0)] })[0]?.framesPerSecond, 0);
});

test('a counter that began anew gives no negative rate', () => {
  const [rate] = streamRates({ at: 0, agents: [agent(1000, 0)] }, { at: 1000, agents: [agent(5, 0)] });
  assert.equal(rate?.framesPerSecond, 5);
});

test('the history of agents has no false zero at its beginning', () => {
  const rates = new AgentRates();
  rates.take(0, 0, [agent(100, 0)]);
  assert.deepEqual(rates.history(1), [[], []]);
  rates.take(1000, 1000, [agent(130, 0)]);
  assert.deepEqual(rates.history(1), [[0], [30]]);
  assert.equal([...rates.rows()].length, 1);
});

function frameOf(burst: number, counts: readonly [number, number]): VoxelFrame {
  const entry = (id: string, n: number) => ({ id, x: new Uint16Array(n), y: new Uint16Array(n), z: new Uint16Array(n), p: new Float32Array(n) });
  const frame = new Decoder(() => 0).decode(encodeVoxels(burst, [entry(ids[0], counts[0]), entry(ids[1], counts[1])]));
  assert.equal(frame.kind, 'voxels');
  return frame as VoxelFrame;
}

test('activity is that of the newest burst, also when nothing fired in it', () => {
  const activity = new Activity();
  activity.setAreas(ids);
  activity.take(frameOf(5, [2, 7]));
  assert.deepEqual([activity.fired(ids[0]), activity.fired(ids[1]), activity.fired('other')], [2, 7, 0]);
  activity.quiet(4);
  assert.equal(activity.fired(ids[1]), 7);
  activity.quiet(6);
  assert.equal(activity.fired(ids[1]), 0);
});

test('one neuron of many is seen in the bar of its area', () => {
  assert.equal(barWidth(0, 100), 0);
  assert.equal(barWidth(100, 100), 1);
  assert.ok(barWidth(1, 1_000_000) >= 0.03);
});

test('fewer points keep the peaks', () => {
  const { x, y } = decimate(10, 5, (i) => i, [(i) => (i === 4 ? 100 : i)]);
  assert.deepEqual([...x], [1, 3, 5, 7, 9]);
  assert.deepEqual([...y[0]!], [1, 3, 100, 7, 9]);
  assert.equal(decimate(0, 5, (i) => i, [(i) => i]).x.length, 0);
});

test('settings that cannot be read are the defaults', () => {
  assert.deepEqual(parseSettings(null), DEFAULTS);
  assert.deepEqual(parseSettings('{'), DEFAULTS);
  assert.deepEqual(parseSettings('[1]'), DEFAULTS);
  const some = parseSettings('{"tourSeen":true,"drawerOpen":"yes","show":{"labels":false,"afterglowMs":"x"},"closedRegions":"r"}');
  assert.deepEqual(some, { ...DEFAULTS, tourSeen: true, show: { ...DEFAULTS.show, labels: false } });
});

test('a rule keeps what the page does not know of it', () => {
  const original = { ...NEW_RULE, morphology_id: 'projector', plasticity_mode: 'rstdp' };
  const draft = ruleDraft(original);
  const { rule, errors } = checkRule({ ...draft, drafts: { ...draft.drafts, synaptic_delay_bursts: '3' } });
  assert.deepEqual(errors, {});
  assert.deepEqual(rule, { ...original, synaptic_delay_bursts: 3 });
});

test('learning is checked only in rules that learn', () => {
  const draft = ruleDraft({ ...NEW_RULE, morphology_id: 'projector', plasticity_window: 0 });
  assert.deepEqual(checkRule(draft).errors, {});
  const learning = { ...draft, drafts: { ...draft.drafts, plasticity_flag: true } };
  assert.deepEqual(Object.keys(checkRule(learning).errors), ['plasticity_window']);
  assert.deepEqual(Object.keys(checkRule({ ...draft, morphology: '' }).errors), ['morphology_id']);
});

test('files are told apart by name and answers are told in words', () => {
  assert.ok(isBrain('My Brain.CONNECTOME'));
  assert.ok(!isBrain('brain.genome'));
  assert.equal(summary({ genome_title: 'Reflex', cortical_area_count: 16, brain_region_count: 2 }), 'Reflex runs now with 16 areas in 2 regions.');
  assert.equal(summary({}), 'The brain runs now.');
  assert.deepEqual(warningsOf({ warnings: ['a', { place: 'x.y', message: 'odd' }] }), ['a', 'x.y: odd']);
});

test('numbers are short in narrow places', () => {
  assert.deepEqual([0, 950, 1234, 12_300, 4_500_000].map(compact), ['0', '950', '1.2k', '12.3k', '4.5M']);
});

test('a burst of which no frame came is known from one in which nothing fired', () => {
  const received = new Received();
  received.add(5);
  received.add(5 + 1024);
  assert.deepEqual([received.has(5), received.has(1029), received.has(6)], [false, true, false]);
  received.clear();
  assert.equal(received.has(1029), false);
});

test('viewers are named by their browser, agents as they call themselves', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  assert.equal(nameOf({ agent_id: 'page-3', name: chrome }), 'Chrome 3');
  assert.equal(nameOf({ agent_id: 'page-4', name: `${chrome} Edg/140.0` }), 'Edge 4');
  assert.equal(nameOf({ agent_id: 'page-5', name: '' }), 'Viewer 5');
  assert.equal(nameOf({ agent_id: 'x', name: 'camera' }), 'camera');
  assert.equal(nameOf({ agent_id: 'x', name: null }), 'x');
});

test('refusals of rules go to the rule and field that was typed', () => {
  const fields = { 'mapping_string[2].synaptic_delay_bursts': 'a number of bursts from 1 to 255', 'mapping_string[0].morphology_id': 'no' };
  const plain = ruleDraft({ ...NEW_RULE, morphology_id: 'projector' });
  const placed = placeRuleErrors(fields, 'refused', 1, [plain, plain]);
  assert.deepEqual(placed.rules, [{}, { synaptic_delay_bursts: 'A number of bursts from 1 to 255.' }]);
  assert.equal(placed.rest, 'mapping_string[0].morphology_id: no');
  assert.equal(placeRuleErrors({}, 'The brain is full.', 0, [plain]).rest, 'The brain is full.');
});

test('a refusal that no field shows is told all the same', () => {
  const plain = ruleDraft({ ...NEW_RULE, morphology_id: 'projector' });
  const fields = { dst_cortical_area: 'does not exist', 'mapping_string[0].plasticity_window': 'too long', 'mapping_string[0].morphology_scalar': 'odd' };
  const placed = placeRuleErrors(fields, 'refused', 0, [plain]);
  assert.deepEqual(placed.ends, { dst_cortical_area: 'Does not exist.' });
  assert.deepEqual(placed.rules, [{}]);
  assert.equal(placed.rest, 'mapping_string[0].plasticity_window: too long mapping_string[0].morphology_scalar: odd');
  const learning = { ...plain, drafts: { ...plain.drafts, plasticity_flag: true } };
  assert.deepEqual(placeRuleErrors(fields, 'refused', 0, [learning]).rules, [{ plasticity_window: 'Too long.' }]);
});

test('a rule that leaves members out can be edited and goes back as it was apart from the edit', () => {
  const original = { morphology_id: 'projector', postSynapticCurrent_multiplier: 2, plasticity_flag: false, plasticity_window: null };
  const draft = ruleDraft(original);
  assert.equal(draft.drafts['synaptic_delay_bursts'], '1');
  assert.deepEqual(checkRule(draft), { rule: original, errors: {} });
  const typed = { ...draft, drafts: { ...draft.drafts, postSynapticCurrent_multiplier: '-1' } };
  assert.deepEqual(checkRule(typed), { rule: { ...original, postSynapticCurrent_multiplier: -1 }, errors: {} });
});

test('a rule that begins to learn says how, as the form shows it', () => {
  const draft = ruleDraft({ morphology_id: 'projector', plasticity_flag: false, plasticity_window: null, ltp_multiplier: 3 });
  const { rule, errors } = checkRule({ ...draft, drafts: { ...draft.drafts, plasticity_flag: true } });
  assert.deepEqual(errors, {});
  assert.deepEqual(rule, { morphology_id: 'projector', plasticity_flag: true, plasticity_constant: 1, ltp_multiplier: 3, ltd_multiplier: 1, plasticity_window: 1 });
});

test('a rule is told in words, also where it leaves members out', () => {
  assert.equal(ruleText({ morphology_id: 'projector' }, String), 'projector × 1');
  assert.equal(ruleText({ morphology_id: 'x', postSynapticCurrent_multiplier: -2, synaptic_delay_bursts: 3, plasticity_flag: true }, String), 'x × -2, 3 bursts, learns');
});
