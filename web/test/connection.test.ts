import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPRESSED, PLAIN, Stream, streamAddress, type Closed, type EngineState, type Hello, type Socket, type Surroundings } from '../src/stream/connection';
import { encodeBursts, encodeVoxels } from '../src/stream/encode';

class FakeSocket implements Socket {
  binaryType = 'blob';
  protocol = PLAIN;
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  sent: unknown[] = [];
  closed = false;

  constructor(readonly url: string, readonly protocols: string[]) {}

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 2;
    this.closed = true;
  }
  open() {
    this.readyState = 1;
    this.onopen?.({} as never);
  }
  receive(data: unknown) {
    this.onmessage?.({ data });
  }
  break(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** A browser in which time passes when the test says so. */
class World implements Surroundings {
  sockets: FakeSocket[] = [];
  timers: { run: () => void; at: number }[] = [];
  time = 0;
  isHidden = false;
  visibility: (() => void)[] = [];
  onlines: (() => void)[] = [];

  connect(url: string, protocols: string[]) {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    return socket;
  }
  now() {
    return this.time;
  }
  setTimer(run: () => void, ms: number) {
    const timer = { run, at: this.time + ms };
    this.timers.push(timer);
    return timer;
  }
  clearTimer(timer: unknown) {
    this.timers = this.timers.filter((other) => other !== timer);
  }
  hidden() {
    return this.isHidden;
  }
  watchVisibility(changed: () => void) {
    this.visibility.push(changed);
    return () => void (this.visibility = []);
  }
  watchOnline(online: () => void) {
    this.onlines.push(online);
    return () => void (this.onlines = []);
  }
  hide(hidden: boolean) {
    this.isHidden = hidden;
    for (const changed of this.visibility) changed();
  }
  pass(ms: number) {
    this.time += ms;
    for (const timer of this.timers.filter((timer) => timer.at <= this.time)) {
      this.clearTimer(timer);
      timer.run();
    }
  }
  get socket() {
    return this.sockets.at(-1)!;
  }
}

const HELLO = JSON.stringify({ hello: { version: '1.2.3', session: 1_700_000_000_000, burst: 77 } });
const frame = (burst: number, leftOut = 0) => encodeVoxels(burst, [{ id: 'X19fcG93ZXI=', x: [0], y: [0], z: [0], p: [1] }], leftOut);

function start() {
  const world = new World();
  const seen = { opened: [] as string[], closed: [] as Closed[], hello: [] as Hello[], state: [] as EngineState[], bursts: 0, unreadable: [] as string[] };
  const used: (() => void)[] = [];
  const stream = new Stream(
    'ws://host/v1/visualization/stream',
    [PLAIN, COMPRESSED],
    {
      opened: (protocol) => seen.opened.push(protocol),
      closed: (closed) => seen.closed.push(closed),
      hello: (hello) => seen.hello.push(hello),
      state: (state) => seen.state.push(state),
      voxels: (_, done) => used.push(done),
      bursts: (records) => (seen.bursts += records.count),
      unreadable: (reason) => seen.unreadable.push(reason),
    },
    world,
  );
  stream.start();
  return { world, stream, seen, used };
}

test('offers the subprotocols in order and reads array buffers', () => {
  const { world, seen, stream } = start();
  assert.deepEqual(world.socket.protocols, [PLAIN, COMPRESSED]);
  assert.equal(world.socket.binaryType, 'arraybuffer');
  assert.equal(stream.status, 'connecting');
  world.socket.open();
  assert.deepEqual(seen.opened, [PLAIN]);
  assert.equal(stream.status, 'open');
  assert.deepEqual(world.socket.sent, []);
});

test('prefers compression only over a network', () => {
  const at = (protocol: string, hostname: string) => streamAddress({ protocol, host: `${hostname}:8000`, hostname });
  assert.deepEqual(at('http:', 'localhost'), { url: 'ws://localhost:8000/v1/visualization/stream', protocols: [PLAIN, COMPRESSED] });
  assert.deepEqual(at('http:', '127.0.0.1').protocols[0], PLAIN);
  assert.deepEqual(at('https:', 'brain.example'), { url: 'wss://brain.example:8000/v1/visualization/stream', protocols: [COMPRESSED, PLAIN] });
});

test('tells of hello and state', () => {
  const { world, seen } = start();
  world.socket.open();
  world.socket.receive(HELLO);
  world.socket.receive(JSON.stringify({ state: { genomes_loaded: 2, revision: 9, paused: true, rate_hz: 30, loading: false } }));
  assert.deepEqual(seen.hello, [{ version: '1.2.3', session: 1_700_000_000_000, burst: 77 }]);
  assert.deepEqual(seen.state, [{ genomes_loaded: 2, revision: 9, paused: true, rate_hz: 30, loading: false }]);
});

test('asks for a frame when one has been used, once', () => {
  const { world, used } = start();
  world.socket.open();
  world.socket.receive(frame(1));
  assert.deepEqual(world.socket.sent, []);
  used[0]!();
  used[0]!();
  assert.deepEqual(world.socket.sent, [{ next: 1 }]);
});

test('asks for nothing while hidden, and for all that is owed when shown', () => {
  const { world, used, seen } = start();
  world.socket.open();
  world.hide(true);
  world.socket.receive(frame(1));
  world.socket.receive(frame(2));
  used.forEach((done) => done());
  world.socket.receive(encodeBursts([{ burst: 1, fired: 2 }]));
  assert.deepEqual(world.socket.sent, []);
  assert.equal(seen.bursts, 1, 'records of bursts go on');
  world.hide(false);
  assert.deepEqual(world.socket.sent, [{ next: 2 }]);
});

test('connects again with growing waits up to five seconds', () => {
  const { world, seen } = start();
  const waits: (number | null)[] = [];
  for (let i = 0; i < 7; i++) {
    world.socket.break();
    waits.push(seen.closed.at(-1)!.retryMs);
    world.pass(waits.at(-1)! - 1);
    assert.equal(world.sockets.length, i + 1, 'not before its time');
    world.pass(1);
    assert.equal(world.sockets.length, i + 2);
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 5000, 5000]);
});

test('starts with a short wait again after a server has said hello', () => {
  const { world, seen } = start();
  for (let i = 0; i < 4; i++) {
    world.socket.break();
    world.pass(5000);
  }
  world.socket.open();
  world.socket.receive(HELLO);
  world.socket.break();
  assert.deepEqual(seen.closed.at(-1), { code: 1006, retryMs: 250, wasOpen: true });
});

test('asks nothing of a new connection for frames of the one before', () => {
  const { world, used } = start();
  world.socket.open();
  world.socket.receive(frame(1));
  world.socket.break();
  world.pass(250);
  world.socket.open();
  used[0]!();
  assert.deepEqual(world.socket.sent, []);
});

test('gives up a connection that does not open', () => {
  const { world, seen, stream } = start();
  const first = world.socket;
  world.pass(10_000);
  assert.equal(first.closed, true);
  assert.equal(stream.status, 'waiting');
  assert.equal(seen.closed.length, 1);
});

test('tries at once when the network or the viewer is back', () => {
  const { world } = start();
  world.socket.break();
  world.onlines[0]!();
  assert.equal(world.sockets.length, 2);
  world.isHidden = true;
  world.socket.break();
  world.hide(false);
  assert.equal(world.sockets.length, 3);
});

test('tells every new connection the rate that was asked for', () => {
  const { world, stream } = start();
  world.socket.open();
  stream.setEvery(4);
  assert.deepEqual(world.socket.sent, [{ every: 4 }]);
  world.socket.break();
  world.pass(250);
  world.socket.open();
  assert.deepEqual(world.socket.sent, [{ every: 4 }]);
});

test('counts what was left out, and survives what cannot be read', () => {
  const { world, stream, seen, used } = start();
  world.socket.open();
  world.socket.receive(frame(1, 3));
  world.socket.receive(frame(9, 2));
  world.socket.receive(new ArrayBuffer(3));
  world.socket.receive(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0).buffer);
  world.socket.receive('{');
  world.socket.receive('[]');
  world.socket.receive('{"hello": 5, "state": null}');
  assert.equal(used.length, 2);
  assert.equal(seen.unreadable.length, 3);
  const counts = stream.counts();
  assert.deepEqual([counts.frames, counts.leftOut, counts.unreadable], [2, 5, 3]);
  assert.deepEqual(world.socket.sent, [{ next: 1 }], 'a damaged frame does not cost its credit');
});

test('stops for good', () => {
  const { world, stream, seen } = start();
  world.socket.open();
  const socket = world.socket;
  stream.stop();
  assert.equal(socket.closed, true);
  socket.break();
  world.pass(60_000);
  assert.equal(world.sockets.length, 1);
  assert.equal(seen.closed.length, 0);
  assert.equal(world.visibility.length + world.onlines.length, 0);
  stream.start();
  assert.equal(world.sockets.length, 2);
});

const STATE = (paused: boolean, rate_hz = 30, loading = false) => JSON.stringify({ state: { genomes_loaded: 1, revision: 1, paused, rate_hz, loading } });
/** Lets time pass in steps, as timers have it. */
const wait = (world: World, seconds: number) => {
  for (let i = 0; i < seconds; i++) world.pass(1000);
};

test('ends a connection on which nothing comes though bursts run', () => {
  const { world, seen, stream } = start();
  world.socket.open();
  world.socket.receive(HELLO);
  world.socket.receive(STATE(false));
  wait(world, 9);
  world.socket.receive(encodeBursts([{ burst: 1, fired: 2 }]));
  wait(world, 9);
  assert.equal(stream.status, 'open');
  const dead = world.socket;
  wait(world, 1);
  assert.equal(dead.closed, true);
  assert.deepEqual(seen.closed, [{ code: 0, retryMs: 250, wasOpen: true }]);
  wait(world, 1);
  assert.equal(world.sockets.length, 2);
});

test('ends a connection whose server says nothing at all', () => {
  const { world, stream } = start();
  world.socket.open();
  wait(world, 10);
  assert.equal(stream.status, 'waiting');
});

test('waits for slow brains, and for those that are paused or load a genome', () => {
  const { world, stream, seen } = start();
  world.socket.open();
  world.socket.receive(STATE(false, 0.1));
  wait(world, 29);
  assert.equal(stream.status, 'open', 'three bursts of ten seconds');
  world.socket.receive(STATE(true));
  wait(world, 3600);
  world.socket.receive(STATE(false, 30, true));
  wait(world, 3600);
  world.socket.receive(STATE(false, 30));
  world.socket.receive(encodeBursts([{ burst: 1, fired: 2, durationUs: 8_000_000 }]));
  wait(world, 23);
  assert.equal(seen.closed.length, 0, 'a burst that takes longer than its time');
  wait(world, 1);
  assert.equal(seen.closed.length, 1);
});

test('a page that resumes the brain expects to hear of it', () => {
  const { world, stream, seen } = start();
  world.socket.open();
  world.socket.receive(STATE(true));
  wait(world, 600);
  stream.setRunning(true);
  wait(world, 9);
  assert.equal(seen.closed.length, 0);
  wait(world, 1);
  assert.equal(seen.closed.length, 1);
});

test('looks sooner at an open connection when the network comes back', () => {
  const { world, seen } = start();
  world.socket.open();
  world.socket.receive(STATE(false));
  world.onlines[0]!();
  wait(world, 2);
  assert.equal(seen.closed.length, 0);
  wait(world, 1);
  assert.equal(seen.closed.length, 1);
});

test('gives a page that slept time to read what came meanwhile', () => {
  const { world, seen } = start();
  world.socket.open();
  world.socket.receive(STATE(false));
  world.pass(8 * 3600_000);
  assert.equal(seen.closed.length, 0);
  wait(world, 3);
  assert.equal(seen.closed.length, 1);
});

test('a rate that is nearly none does not make timers run at once', () => {
  const { world, seen } = start();
  world.socket.open();
  world.socket.receive(STATE(false, 1e-9));
  assert.ok(world.timers.every(({ at }) => at - world.time < 2 ** 31));
  wait(world, 60);
  assert.equal(seen.closed.length, 0);
});

test('leaves no timer behind when it is stopped', () => {
  const { world, stream } = start();
  world.socket.open();
  world.socket.receive(STATE(false));
  stream.stop();
  assert.deepEqual(world.timers, []);
});
