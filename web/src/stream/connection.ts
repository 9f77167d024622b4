// The stream's socket: connects, reconnects, asks for frames when the ones before have been used, and
// hands out what comes. Socket, clock and visibility are given to it, so that tests need no browser.

import { Decoder, slowestBurstMs, type BurstRecords, type VoxelFrame } from './protocol';
import { Watchdog, type Timers } from './watchdog';

export const PLAIN = 'feagi.voxels.1';
export const COMPRESSED = 'feagi.voxels.1.lz4';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const CONNECT_LIMIT_MS = 10_000;
/** VOXELS messages that a server may send before the first `next`. */
const FIRST_CREDIT = 2;

export interface Hello {
  readonly version: string;
  /** Milliseconds since 1970 of the program's start: another value is another process. */
  readonly session: number;
  readonly burst: number;
}

export interface EngineState {
  readonly genomes_loaded: number;
  readonly revision: number;
  readonly paused: boolean;
  readonly rate_hz: number;
  readonly loading: boolean;
}

export interface Closed {
  readonly code: number;
  /** Milliseconds until the next try; null when none will be made. */
  readonly retryMs: number | null;
  readonly wasOpen: boolean;
}

export interface StreamEvents {
  /** A try begins, the first or a later one. */
  connecting?(): void;
  opened?(protocol: string): void;
  closed?(closed: Closed): void;
  hello?(hello: Hello): void;
  state?(state: EngineState): void;
  /** A frame. `used` has to be called once when it has been drawn or dropped: only then another is asked for. */
  voxels?(frame: VoxelFrame, used: () => void): void;
  bursts?(records: BurstRecords): void;
  /** A message that could not be read. */
  unreadable?(reason: string): void;
}

/** `WebSocket.OPEN`, which Node does not have. */
const OPEN = 1;

/** The part of a WebSocket that is used here. */
export interface Socket {
  binaryType: string;
  readonly protocol: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

/** What the surroundings offer; tests give their own. */
export interface Surroundings extends Timers {
  connect(url: string, protocols: string[]): Socket;
  hidden(): boolean;
  /** Calls `changed` whenever the page was hidden or shown; returns what ends that. */
  watchVisibility(changed: () => void): () => void;
  /** Calls `online` when the network came back; returns what ends that. */
  watchOnline(online: () => void): () => void;
}

export interface StreamCounts {
  readonly frames: number;
  readonly bytes: number;
  /** Frames that the server left out for this viewer, all connections together. */
  readonly leftOut: number;
  readonly unreadable: number;
  readonly reconnects: number;
}

export type StreamStatus = 'idle' | 'connecting' | 'open' | 'waiting';

/** The stream's address and order of subprotocols for a page at `location`. */
export function streamAddress(location: { protocol: string; host: string; hostname: string }): { url: string; protocols: string[] } {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const near = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
  // On one machine bytes cost nothing and decoding does; over a network it is the other way round.
  return { url: `${scheme}//${location.host}/v1/visualization/stream`, protocols: near ? [PLAIN, COMPRESSED] : [COMPRESSED, PLAIN] };
}

export class Stream {
  private socket: Socket | null = null;
  private timer: unknown = null;
  private waitMs = FIRST_WAIT_MS;
  private wanted = false;
  private every = 1;
  /** Frames that have been used but not asked for again, because the page is hidden. */
  private owed = 0;
  private readonly endings: (() => void)[] = [];
  private readonly decoder: Decoder;
  private readonly watchdog: Watchdog;
  private readonly tally = { frames: 0, bytes: 0, leftOut: 0, unreadable: 0, reconnects: 0 };
  status: StreamStatus = 'idle';

  constructor(
    private readonly url: string,
    private readonly protocols: readonly string[],
    private readonly events: StreamEvents,
    private readonly around: Surroundings = browserSurroundings(),
  ) {
    this.decoder = new Decoder(() => around.now());
    this.watchdog = new Watchdog(around, () => this.socket && this.ended(this.socket, 0));
  }

  /** Connects, and from now on connects again whenever the connection ends. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.endings.push(
      this.around.watchVisibility(() => this.visibilityChanged()),
      this.around.watchOnline(() => this.networkBack()),
    );
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    for (const end of this.endings.splice(0)) end();
    this.clearTimer();
    const socket = this.socket;
    this.drop();
    socket?.close();
    this.status = 'idle';
  }

  /** Tries at once when the next try is being waited for. */
  retryNow(): void {
    if (!this.wanted || this.status !== 'waiting') return;
    this.waitMs = FIRST_WAIT_MS;
    this.clearTimer();
    this.connect();
  }

  /** Asks for at most one frame in `bursts` bursts. */
  setEvery(bursts: number): void {
    this.every = Math.max(1, Math.floor(bursts));
    if (this.status === 'open') this.say({ every: this.every });
  }

  /** Says whether bursts run, as far as the page knows: then a connection on which nothing comes is dead. */
  setRunning(running: boolean): void {
    this.watchdog.setQuiet(!running);
  }

  counts(): StreamCounts {
    return { ...this.tally };
  }

  private networkBack(): void {
    if (this.status === 'waiting') this.retryNow();
    else this.watchdog.hurry();
  }

  private connect(): void {
    this.status = 'connecting';
    this.owed = 0;
    this.events.connecting?.();
    let socket: Socket;
    try {
      socket = this.around.connect(this.url, [...this.protocols]);
    } catch {
      this.retryLater(0, false);
      return;
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    this.timer = this.around.setTimer(() => this.ended(socket, 0), CONNECT_LIMIT_MS);
    socket.onopen = () => this.isOpen(socket);
    socket.onmessage = (event) => {
      if (socket === this.socket) this.receive(socket, event.data);
    };
    socket.onclose = (event) => this.ended(socket, event.code);
    // What failed is told by the close that follows; an error event says no more than that.
    socket.onerror = null;
  }

  private isOpen(socket: Socket): void {
    if (socket !== this.socket) return;
    this.clearTimer();
    this.status = 'open';
    this.watchdog.start();
    if (this.every > 1) this.say({ every: this.every });
    this.events.opened?.(socket.protocol);
  }

  private ended(socket: Socket, code: number): void {
    if (socket !== this.socket) return;
    const wasOpen = this.status === 'open';
    this.drop();
    this.clearTimer();
    socket.close();
    this.retryLater(code, wasOpen);
  }

  private retryLater(code: number, wasOpen: boolean): void {
    const retryMs = this.waitMs;
    this.status = 'waiting';
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
    this.timer = this.around.setTimer(() => {
      this.tally.reconnects++;
      this.connect();
    }, retryMs);
    this.events.closed?.({ code, retryMs, wasOpen });
  }

  private drop(): void {
    if (this.socket) this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket = null;
    this.watchdog.stop();
  }

  private clearTimer(): void {
    if (this.timer !== null) this.around.clearTimer(this.timer);
    this.timer = null;
  }

  private visibilityChanged(): void {
    if (this.around.hidden()) return;
    if (this.status === 'waiting') this.retryNow();
    else this.ask(0);
  }

  /** Asks for `more` frames and those owed; while the page is hidden they are only noted. */
  private ask(more: number): void {
    this.owed = Math.min(this.owed + more, FIRST_CREDIT);
    if (this.owed === 0 || this.status !== 'open' || this.around.hidden()) return;
    this.say({ next: this.owed });
    this.owed = 0;
  }

  private say(message: object): void {
    // A socket that is closing has its close event still to come, and that starts the next try.
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }

  private receive(socket: Socket, data: unknown): void {
    this.watchdog.heard();
    if (typeof data === 'string') {
      this.tally.bytes += data.length;
      this.text(data);
      return;
    }
    if (!(data instanceof ArrayBuffer)) return;
    this.tally.bytes += data.byteLength;
    const message = this.decoder.decode(data);
    if (message.kind === 'voxels') {
      this.tally.frames++;
      this.tally.leftOut += message.leftOut;
      this.deliver(socket, message);
    } else if (message.kind === 'bursts') {
      this.watchdog.took(slowestBurstMs(message));
      this.events.bursts?.(message);
    } else {
      this.unreadable(message.reason);
      // What was sent has to be asked for again, or a damaged frame would stop the stream.
      if (new Uint8Array(data)[0] === 1) this.ask(1);
    }
  }

  private deliver(socket: Socket, frame: VoxelFrame): void {
    let used = false;
    const done = () => {
      if (used || socket !== this.socket) return;
      used = true;
      this.ask(1);
    };
    if (this.events.voxels) this.events.voxels(frame, done);
    else done();
  }

  private text(data: string): void {
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      this.unreadable('a text message is no JSON');
      return;
    }
    const hello = field(message, 'hello');
    if (hello !== undefined) {
      this.waitMs = FIRST_WAIT_MS;
      this.events.hello?.({ version: String(field(hello, 'version') ?? ''), session: number(hello, 'session'), burst: number(hello, 'burst') });
    }
    const state = field(message, 'state');
    if (state !== undefined) {
      const told: EngineState = {
        genomes_loaded: number(state, 'genomes_loaded'),
        revision: number(state, 'revision'),
        paused: field(state, 'paused') === true,
        rate_hz: number(state, 'rate_hz'),
        loading: field(state, 'loading') === true,
      };
      // While a genome is loading bursts may wait for it.
      this.watchdog.setQuiet(told.paused || told.loading);
      this.watchdog.expect(told.rate_hz);
      this.events.state?.(told);
    }
  }

  private unreadable(reason: string): void {
    this.tally.unreadable++;
    this.events.unreadable?.(reason);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
}

/** The browser's own socket, timers and events. */
export function browserSurroundings(): Surroundings {
  return {
    connect: (url, protocols) => new WebSocket(url, protocols) as unknown as Socket,
    now: () => performance.now(),
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    hidden: () => document.visibilityState === 'hidden',
    watchVisibility(changed) {
      document.addEventListener('visibilitychange', changed);
      return () => document.removeEventListener('visibilitychange', changed);
    },
    watchOnline(online) {
      window.addEventListener('online', online);
      return () => window.removeEventListener('online', online);
    },
  };
}
