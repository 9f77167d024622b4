// `feagi run` as a server for a test: started on ports of its own, asked over REST, stopped at the end.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const binary = process.env.FEAGI_BINARY ?? path.resolve(import.meta.dirname, '../../target/release/feagi');

// Only guards against tests that hang.
const READY_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 60_000;

/** Servers that run. They must not outlive the tests, not even when those are ended from outside. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export interface StartOptions {
  /** A genome to run; without one the built-in brain runs. */
  readonly genome?: object | string;
  /** The port of pages and REST; without one the system chooses. */
  readonly port?: number;
  readonly args?: readonly string[];
}

export class Server {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
    /** How long it took until it was ready. */
    readonly readyMs: number,
  ) {}

  static async start({ genome, port, args = [] }: StartOptions = {}): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), 'feagi-e2e-'));
    const own: string[] = [];
    if (typeof genome === 'string') own.push(genome);
    if (typeof genome === 'object') {
      const file = path.join(folder, 'brain.genome');
      await writeFile(file, JSON.stringify(genome));
      own.push(file);
    }
    if (port !== undefined) own.push('--api-port', String(port));
    const begun = performance.now();
    const child = spawn(binary, ['run', '--plain', '--free-ports', ...own, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    try {
      return new Server(child, folder, await ready(child), performance.now() - begun);
    } catch (error) {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async get<T = any>(path: string): Promise<T> {
    const answer = await fetch(this.url + path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async send<T = any>(method: string, path: string, body: unknown = {}): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** The genome as it is, with one object for each area. */
  async genome(): Promise<any> {
    return this.get('/v1/genome/download?layout=hierarchical');
  }

  /** Ends it as Ctrl-C does; the exit code, or null when a signal has ended it. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const { child } = this;
    if (running.has(child)) {
      const over = new Promise((resolve) => child.once('exit', resolve));
      const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      child.kill(signal);
      await over;
      clearTimeout(late);
    }
    await rm(this.folder, { recursive: true, force: true });
    return child.exitCode;
  }
}

/** The address that a server names when it is ready. */
function ready(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr!.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`feagi is not ready: ${errors}`)), READY_WITHIN_MS);
    createInterface(child.stdout!).on('line', (line) => {
      const found = /^pages and REST: (http:\S+)/.exec(line);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]!);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`feagi ended with ${code ?? signal}: ${errors}`));
    });
  });
}

/** Base64 of the eight bytes of an area's id. */
export const id = (text: string): string => Buffer.from(text.padEnd(8, '_'), 'latin1').toString('base64');

export const POWER = id('___power');

/** A rule that connects as it is told, with a weight of 1. */
export const rule = (morphology: string, multiplier = 1) => ({
  morphology_id: morphology,
  morphology_scalar: [1, 1, 1],
  postSynapticCurrent_multiplier: multiplier,
  plasticity_flag: false,
});

/** A brain in which the power area drives every voxel of one area in every burst. */
export function drivenGenome(size: readonly [number, number, number], hz: number): object {
  const driven = id('cdriven');
  return {
    version: '3.0',
    genome_id: 'driven',
    genome_title: 'Driven',
    physiology: { simulation_timestep: 1 / hz },
    blueprint: {
      [POWER]: {
        cortical_name: 'Power',
        block_boundaries: [1, 1, 1],
        relative_coordinate: [0, 0, -20],
        firing_threshold: 0.1,
        postsynaptic_current: 500,
        psp_uniform_distribution: true,
        cortical_mapping_dst: { [driven]: [rule('0-0-0_to_all')] },
      },
      [driven]: { cortical_name: 'Driven', block_boundaries: size, relative_coordinate: [10, 0, 0] },
    },
  };
}
