// Requests to the brain's REST interface: a deadline for each, and one kind of error for everything
// that can go wrong. Knows nothing about the endpoints; those are in the files beside this one.

/** What an endpoint of the server said, or why nothing came back. */
export class ApiError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** A sentence for each field that the server refuses. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether the server has no such endpoint. */
  readonly missing: boolean;

  constructor(status: number, message: string, fields: Record<string, string> = {}, missing = false) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
    this.missing = missing;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Options {
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** The error in an answer. `text` is its body: the house's `{code, message, fields}`, or plain text. */
export function errorOf(method: string, path: string, status: number, text: string): ApiError {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Unknown paths and unreadable bodies are answered in plain text.
  }
  if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) {
    const { message, fields } = parsed as { message: unknown; fields?: unknown };
    return new ApiError(status, String(message), sentences(fields));
  }
  if (status === 404 || status === 405 || status === 501) {
    return new ApiError(status, `This server does not offer ${method} ${bare(path)}.`, {}, true);
  }
  return new ApiError(status, text.trim() || `The server answered ${status} to ${method} ${bare(path)}.`);
}

function bare(path: string): string {
  return path.split('?')[0] ?? path;
}

function sentences(fields: unknown): Record<string, string> {
  if (typeof fields !== 'object' || fields === null) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, sentence]) => [name, String(sentence)]));
}

async function answer(method: Method, path: string, options: Options): Promise<Response> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const init: RequestInit = { method, signal: AbortSignal.timeout(timeoutMs) };
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body);
    init.headers = { 'content-type': 'application/json' };
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    throw unanswered(error, timeoutMs);
  }
  if (!response.ok) throw errorOf(method, path, response.status, await response.text());
  return response;
}

function unanswered(error: unknown, timeoutMs: number): ApiError {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ApiError(0, `The server did not answer within ${timeoutMs / 1000} seconds.`);
  }
  return new ApiError(0, 'The server cannot be reached.');
}

/** Asks and reads the answer as JSON. */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const response = await answer(method, path, options);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError(response.status, `The answer to ${method} ${bare(path)} is not JSON.`);
  }
}

/** Asks and keeps the answer as bytes. */
export async function bytes(path: string, timeoutMs: number): Promise<Blob> {
  return (await answer('GET', path, { timeoutMs })).blob();
}

/** Sends a file as form field `file`; `progress` hears the share that went out, 0 to 1. */
export function upload<T>(path: string, file: Blob, name: string, progress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', file, name);
    // fetch tells nothing about how much of a body has gone out.
    const call = new XMLHttpRequest();
    call.open('POST', path);
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    call.onerror = () => reject(new ApiError(0, 'The connection broke while the file was sent.'));
    call.onload = () => {
      if (call.status < 200 || call.status > 299) {
        reject(errorOf('POST', path, call.status, call.responseText));
        return;
      }
      try {
        resolve(JSON.parse(call.responseText) as T);
      } catch {
        reject(new ApiError(call.status, 'The server took the file, but its answer cannot be read.'));
      }
    };
    call.send(form);
  });
}

/** Any thrown thing as an `ApiError`. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, error instanceof Error ? error.message : String(error));
}
