import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from '../src/model/csv';
import { fileStem } from '../src/model/format';

test('cells with commas, quotes and line ends are quoted', () => {
  assert.equal(csv(['a', 'b'], [['x,y', 'say "so"'], ['two\nlines', 3]]), 'a,b\r\n"x,y","say ""so"""\r\n"two\nlines",3\r\n');
});

test('what is not there is an empty cell', () => {
  assert.equal(csv(['a', 'b', 'c'], [[null, undefined, NaN]]), 'a,b,c\r\n,,\r\n');
});

test('a name that begins like a formula does not become one', () => {
  assert.equal(csv(['name'], [['=1+1']]), "name\r\n'=1+1\r\n");
  assert.equal(csv(['n'], [[-1]]), 'n\r\n-1\r\n');
});

test('a title becomes a file name', () => {
  assert.equal(fileStem('Visual reflex'), 'visual-reflex');
  assert.equal(fileStem('  ../../etc  '), 'etc');
  assert.equal(fileStem('***'), 'brain');
});
