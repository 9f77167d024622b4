// The burst engine: its state, its clock, and stimulation from outside.

import { request } from './client';
import type { EngineStatus, Health, Stimulated, Triple } from './types';

const BASE = '/v1/burst_engine';

export const health = () => request<Health>('GET', '/v1/system/health_check');
export const status = () => request<EngineStatus>('GET', `${BASE}/status`);
export const hold = () => request<{ message: string }>('POST', `${BASE}/hold`, { body: {} });
export const resume = () => request<{ message: string }>('POST', `${BASE}/resume`, { body: {} });

/** Runs bursts while the engine is paused; answers when they have run. */
export const step = (bursts = 1) =>
  request<{ message: string; burst_count: number }>('POST', `${BASE}/step`, { body: { bursts }, timeoutMs: 60_000 });

/** Sets the time between bursts, in seconds. */
export const setTimestep = (seconds: number) =>
  request<{ message: string }>('POST', `${BASE}/simulation_timestep`, { body: { simulation_timestep: seconds } });

/** Makes the neurons of these voxels fire in the next burst. */
export const stimulate = (area: string, voxels: readonly Triple[]) =>
  request<Stimulated>('POST', '/v1/agent/manual_stimulation', { body: { stimulation_payload: { [area]: voxels } } });
