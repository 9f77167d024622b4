// Checks of what people type, before anything is sent. The server checks again and has the last word.

import type { Parameter } from './parameters';

/** What a field holds while it is edited: texts as typed, flags as they are. */
export type Draft = string | boolean | readonly string[];

export type Checked = { readonly value: unknown } | { readonly error: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** One thousand as English writes it, and 1 as others do: nobody can tell which is meant. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;
/** Largest value of a 32-bit float, in which the engine keeps charges. */
const FLOAT_MAX = 3.402_823_466e38;

/**
 * A number from text, or null. Stricter than `Number`: neither blanks nor hexadecimals. A comma stands
 * for the point, unless it may as well part thousands.
 */
export function parseNumber(text: string): number | null {
  if (GROUPED.test(text.trim())) return null;
  const trimmed = text.trim().replace(',', '.');
  if (!NUMBER.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

function checkOne(text: string, parameter: Pick<Parameter, 'kind' | 'min' | 'max' | 'unit'>): Checked {
  if (text.trim() === '') return { error: 'Enter a number.' };
  const whole = parameter.kind === 'integer' || parameter.kind === 'wholes';
  if (GROUPED.test(text.trim())) return { error: `Write ${text.trim().replaceAll(',', '')} without a comma.` };
  const value = parseNumber(text);
  if (value === null) return { error: `“${text.trim()}” is not a number.` };
  if (whole && text.includes(',')) return { error: 'Enter a whole number, without a comma.' };
  if (whole && !Number.isInteger(value)) return { error: `Enter a whole number; ${value} has a fraction.` };
  if (Math.abs(value) > FLOAT_MAX) return { error: 'This is more than a neuron can hold.' };
  const { min, max } = parameter;
  if (min !== undefined && value < min) return { error: `Enter ${min} or more.` };
  if (max !== undefined && value > max) return { error: `Enter ${max} or less.` };
  return { value };
}

export function check(draft: Draft, parameter: Pick<Parameter, 'kind' | 'min' | 'max' | 'unit'>): Checked {
  if (typeof draft === 'boolean') return { value: draft };
  if (typeof draft === 'string') {
    if (parameter.kind !== 'text') return checkOne(draft, parameter);
    const text = draft.trim();
    return text ? { value: text } : { error: 'Enter a name.' };
  }
  const values: unknown[] = [];
  for (const [axis, text] of draft.entries()) {
    const checked = checkOne(text, parameter);
    if ('error' in checked) return { error: `${'xyz'[axis] ?? axis + 1}: ${checked.error}` };
    values.push(checked.value);
  }
  return { value: values };
}

/** A value of the server as a draft. Floats of 32 bits come as 0.10000000149011612; people typed 0.1. */
export function draftOf(value: unknown): Draft {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((one) => textOf(one));
  return textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value !== 'number') return value === null || value === undefined ? '' : String(value);
  if (Number.isInteger(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(value);
}

export function sameDraft(a: Draft | undefined, b: Draft | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export interface FormResult {
  /** Changed fields with their checked values. */
  readonly changed: Record<string, unknown>;
  readonly errors: Record<string, string>;
}

/** Checks the fields that differ from what the server has. */
export function checkForm(
  drafts: Readonly<Record<string, Draft>>,
  originals: Readonly<Record<string, Draft>>,
  parameters: readonly Parameter[],
): FormResult {
  const changed: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const parameter of parameters) {
    const draft = drafts[parameter.field];
    if (draft === undefined || sameDraft(draft, originals[parameter.field])) continue;
    const checked = check(draft, parameter);
    if ('error' in checked) errors[parameter.field] = checked.error;
    else changed[parameter.field] = checked.value;
  }
  return { changed, errors };
}

/** What the server says of a field, as a sentence. */
export function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/**
 * Messages of the server sorted to the fields of a form; what belongs to none comes back as `rest`.
 * `aliases` gives the form's name for fields that the server calls otherwise.
 */
export function placeErrors(
  fields: Readonly<Record<string, string>>,
  message: string,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): { errors: Record<string, string>; rest: string | null } {
  const errors: Record<string, string> = {};
  const rest: string[] = [];
  for (const [field, sentence] of Object.entries(fields)) {
    const shown = aliases[field] ?? field;
    if (known.includes(shown)) errors[shown] = asSentence(sentence);
    else rest.push(`${field}: ${sentence}`);
  }
  if (Object.keys(fields).length === 0) rest.push(message);
  return { errors, rest: rest.length > 0 ? rest.join(' ') : null };
}
