import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PARAMETERS, rangeOf, type Parameter } from '../src/model/parameters';
import { check, checkForm, draftOf, parseNumber, placeErrors } from '../src/model/validate';

const parameter = (field: string): Parameter => PARAMETERS.find((one) => one.field === field)!;

test('numbers are what people type, with a comma or a point, and nothing else', () => {
  for (const [text, value] of [['0.5', 0.5], ['0,5', 0.5], [' -3 ', -3], ['1e3', 1000], ['.5', 0.5], ['5.', 5]] as const) {
    assert.equal(parseNumber(text), value, text);
  }
  for (const text of ['', ' ', 'abc', '0x10', '1 2', 'Infinity', 'NaN', '1e999', '--1', '1,2,3']) assert.equal(parseNumber(text), null, text);
});

test('a comma that may part thousands is not guessed at', () => {
  assert.equal(parseNumber('1,000'), null);
  assert.equal(parseNumber('0,500'), 0.5);
  assert.deepEqual(check('1,000', parameter('neuron_fire_threshold')), { error: 'Write 1000 without a comma.' });
  assert.deepEqual(check('-12,345,678', parameter('neuron_fire_threshold')), { error: 'Write -12345678 without a comma.' });
  assert.deepEqual(check('1,000', parameter('neuron_snooze_period')), { error: 'Write 1000 without a comma.' });
  assert.deepEqual(check('2,0', parameter('neuron_snooze_period')), { error: 'Enter a whole number, without a comma.' });
  assert.deepEqual(check('2,5', parameter('neuron_fire_threshold')), { value: 2.5 });
});

test('a value outside its range is told with the bound', () => {
  assert.deepEqual(check('1.5', parameter('neuron_leak_coefficient')), { error: 'Enter 1 or less.' });
  assert.deepEqual(check('-1', parameter('neuron_refractory_period')), { error: 'Enter 0 or more.' });
  assert.deepEqual(check('65535', parameter('neuron_refractory_period')), { value: 65535 });
  assert.deepEqual(check('65536', parameter('neuron_refractory_period')), { error: 'Enter 65535 or less.' });
});

test('counts of bursts are whole', () => {
  assert.match((check('1.5', parameter('neuron_snooze_period')) as { error: string }).error, /whole number/);
});

test('of three numbers the wrong one is named', () => {
  const checked = check(['1', '0', '2'], parameter('cortical_dimensions')) as { error: string };
  assert.match(checked.error, /^y: Enter 1 or more/);
  assert.deepEqual(check(['1', '-2', '3'], parameter('coordinates_3d')), { value: [1, -2, 3] });
});

test('charges stay within what a neuron holds', () => {
  assert.match((check('1e39', parameter('neuron_fire_threshold')) as { error: string }).error, /more than/);
});

test('an area needs a name', () => {
  assert.deepEqual(check('  ', parameter('cortical_name')), { error: 'Enter a name.' });
  assert.deepEqual(check(' V1 ', parameter('cortical_name')), { value: 'V1' });
});

test('floats of 32 bits are shown as they were typed', () => {
  assert.equal(draftOf(Math.fround(0.1)), '0.1');
  assert.equal(draftOf(0.10000000149011612), '0.1');
  assert.equal(draftOf(500), '500');
  assert.deepEqual(draftOf([Math.fround(0.3), 0, -1.5]), ['0.3', '0', '-1.5']);
  assert.equal(draftOf(true), true);
});

test('only what was changed is sent, and only if it holds', () => {
  const originals = { neuron_fire_threshold: '1', neuron_leak_coefficient: '0', neuron_mp_charge_accumulation: false };
  const drafts = { neuron_fire_threshold: '2', neuron_leak_coefficient: '7', neuron_mp_charge_accumulation: true };
  const { changed, errors } = checkForm(drafts, originals, PARAMETERS);
  assert.deepEqual(changed, { neuron_fire_threshold: 2, neuron_mp_charge_accumulation: true });
  assert.deepEqual(Object.keys(errors), ['neuron_leak_coefficient']);
});

test('refusals of the server go to their fields, the rest stays visible', () => {
  const known = ['neuron_leak_coefficient'];
  assert.deepEqual(placeErrors({ neuron_leak_coefficient: 'Too much.' }, 'refused', known), {
    errors: { neuron_leak_coefficient: 'Too much.' },
    rest: null,
  });
  assert.deepEqual(placeErrors({ title: 'Taken.' }, 'refused', ['new_region'], { title: 'new_region' }), {
    errors: { new_region: 'Taken.' },
    rest: null,
  });
  assert.deepEqual(placeErrors({ unknown: 'Why?' }, 'refused', known), { errors: {}, rest: 'unknown: Why?' });
  assert.deepEqual(placeErrors({}, 'The brain is full.', known), { errors: {}, rest: 'The brain is full.' });
});

test('every parameter says what it means and what it may be', () => {
  for (const one of PARAMETERS) {
    assert.ok(one.help.length > 20, one.field);
    assert.ok(rangeOf(one).length > 0, one.field);
  }
  assert.equal(rangeOf(parameter('neuron_excitability')), 'Numbers from 0 to 100');
  assert.equal(rangeOf(parameter('cortical_dimensions')), 'Whole numbers from 1');
  assert.equal(rangeOf(parameter('neuron_fire_threshold')), 'Any number');
});
