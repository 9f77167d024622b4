import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/api/client';
import { undoMark } from '../src/model/history';
import { Latest } from '../src/model/latest';
import { failure } from '../src/model/loading';
import { toast, toasts } from '../src/model/toasts';

/** What was sent so far, each to be answered by hand. */
function sender() {
  const sent: number[] = [];
  const answers: ((taken: boolean) => void)[] = [];
  const latest = new Latest<number>((value) => {
    sent.push(value);
    return new Promise((resolve) => answers.push(resolve));
  });
  return { sent, answers, latest };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('of what is wanted while a value is under way only the newest is sent', async () => {
  const { sent, answers, latest } = sender();
  const done = latest.want(1);
  for (const value of [2, 3, 4]) void latest.want(value);
  assert.deepEqual([sent, latest.wanted], [[1], 4]);
  answers[0]!(true);
  await settled();
  assert.deepEqual(sent, [1, 4]);
  answers[1]!(true);
  await done;
  assert.deepEqual([sent, latest.wanted], [[1, 4], null]);
});

test('what was built on a refused value is not sent', async () => {
  const { sent, answers, latest } = sender();
  const done = latest.want(1);
  void latest.want(2);
  answers[0]!(false);
  await done;
  assert.deepEqual([sent, latest.wanted], [[1], null]);
  void latest.want(5);
  assert.deepEqual(sent, [1, 5]);
});

test('an undo list is known again, and told from one that somebody else made longer', () => {
  const own = undoMark({ undo: ['Move B', 'Move A'], redo: [] });
  assert.equal(own, undoMark({ undo: ['Move B', 'Move A'], redo: ['x'] }));
  assert.notEqual(own, undoMark({ undo: ['Move B', 'Move B', 'Move A'], redo: [] }));
  assert.notEqual(own, undoMark({ undo: ['Move A'], redo: ['Move B'] }));
  assert.equal(undoMark({ undo: [], redo: ['Move B'] }), null);
  assert.equal(undoMark(null), null);
});

test('only the newest of the messages that can undo goes on offering it', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  toast('done', 'first', 'a');
  toast('done', 'second', 'b');
  toast('error', 'third');
  assert.deepEqual(toasts.value.map(({ text, undoes }) => [text, undoes]), [['first', null], ['second', 'b'], ['third', null]]);
  context.mock.timers.tick(60_000);
  assert.deepEqual(toasts.value, []);
});

test('a load without an answer is not called refused', () => {
  assert.equal(failure('a.genome', new ApiError(400, 'No.')).kind, 'refused');
  assert.equal(failure('a.genome', new ApiError(500, 'No.')).kind, 'refused');
  assert.equal(failure('a.genome', new ApiError(0, 'The connection broke.')).kind, 'unknown');
  assert.equal(failure('a.genome', new ApiError(200, 'Cannot be read.')).kind, 'unknown');
});
