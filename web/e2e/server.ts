// `feagi run` as a server for a test: started on ports of its own, asked over REST, stopped at the end.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const binary = process.env.FEAGI_BINARY ?? path.resolve(import.meta.dirname, '../../target/release/feagi');

/** Only a guard against tests that hang. */
const READY_WITHIN_MS = 60_000;

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
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`feagi is not ready: ${errors}`)), READY_WITHIN_MS);
      createInterface(child.stdout).on('line', (line) => {
        const found = /^pages and REST: (http:\S+)/.exec(line);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]!);
      });
      child.once('exit', (code) => reject(new Error(`feagi ended with ${code}: ${errors}`)));
    });
    return new Server(child, folder, url, performance.now() - begun);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Resident memory of the server, in bytes. */
  get pid(): number {
    return this.child.pid!;
  }

  async get<T = any>(path: string): Promise<T> {
    const answer = await fetch(this.url + path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async send<T = any>(method: string, path: string, body: unknown = {}): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
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

  /** Ends it as Ctrl-C does; the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const over = new Promise<number | null>((resolve) => {
      if (this.child.exitCode !== null) resolve(this.child.exitCode);
      this.child.once('exit', resolve);
    });
    this.child.kill(signal);
    const code = await over;
    await rm(this.folder, { recursive: true, force: true });
    return code;
  }
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
