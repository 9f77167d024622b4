// Genomes and whole brains: loading, saving, and going back over what was edited.

import { bytes, request, upload } from './client';
import type { AgentActivity, ChangeLists, LoadAnswer } from './types';

const LOAD_MS = 120_000;

export const builtIn = () => request<string[]>('GET', '/v1/genome/defaults/files');
export const loadBuiltIn = (name: string) =>
  request<LoadAnswer>('POST', `/v1/genome/upload/${encodeURIComponent(name)}`, { body: {}, timeoutMs: LOAD_MS });

export const uploadGenome = (file: File, progress: (share: number) => void) =>
  upload<LoadAnswer>('/v1/genome/upload/file', file, file.name, progress);
export const uploadBrain = (file: File, progress: (share: number) => void) =>
  upload<LoadAnswer>('/v1/connectome/upload', file, file.name, progress);

export const downloadGenome = () => bytes('/v1/genome/download', LOAD_MS);
export const downloadBrain = () => bytes('/v1/connectome/download-bytes', LOAD_MS);

export const title = () => request<string>('GET', '/v1/genome/name');
export const undoable = () => request<ChangeLists>('GET', '/v1/genome/changes/undoable');

export interface Undone extends ChangeLists {
  readonly message: string;
  readonly label: string;
}

export const undo = () => request<Undone>('POST', '/v1/genome/changes/undo', { body: {}, timeoutMs: 60_000 });
export const redo = () => request<Undone>('POST', '/v1/genome/changes/redo', { body: {}, timeoutMs: 60_000 });

export const agents = () => request<AgentActivity[]>('GET', '/v1/agent/activity');
