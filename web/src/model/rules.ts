// The fields of a mapping rule, and rules from what was typed.

import type { Rule } from '../api/types';
import type { Parameter } from './parameters';
import { asSentence, checkForm, draftOf, sameDraft, type Draft } from './validate';

export const BASIC: readonly Parameter[] = [
  {
    field: 'postSynapticCurrent_multiplier', label: 'Weight', kind: 'number', unit: 'times the postsynaptic current', step: 0.1,
    help: 'How strongly a spike acts. Negative makes the synapses inhibitory.',
  },
  {
    field: 'synaptic_delay_bursts', label: 'Delay', kind: 'integer', unit: 'bursts', min: 1, max: 255, step: 1,
    help: 'Bursts until a spike arrives.',
  },
  { field: 'plasticity_flag', label: 'Learns', kind: 'flag', help: 'Whether activity changes the weights of these synapses.' },
];

export const LEARNING: readonly Parameter[] = [
  { field: 'plasticity_constant', label: 'Size of a change', kind: 'integer', step: 1, help: 'Base of what one event adds or takes.' },
  { field: 'ltp_multiplier', label: 'Strengthening', kind: 'integer', min: -128, max: 127, step: 1, help: 'Times the base: what a synapse gains when source and target fire together.' },
  { field: 'ltd_multiplier', label: 'Weakening', kind: 'integer', min: -128, max: 127, step: 1, help: 'Times the base: what it loses when only one of them fires.' },
  { field: 'plasticity_window', label: 'Window', kind: 'integer', unit: 'bursts', min: 1, max: 65_535, step: 1, help: 'How many bursts count as “together”.' },
];

const FIELDS: readonly Parameter[] = [...BASIC, ...LEARNING];

/** A rule with nothing special, which is also what a rule means by members that it leaves out. */
export const NEW_RULE = {
  morphology_id: '',
  morphology_scalar: [1, 1, 1],
  postSynapticCurrent_multiplier: 1,
  plasticity_flag: false,
  plasticity_constant: 1,
  ltp_multiplier: 1,
  ltd_multiplier: 1,
  plasticity_window: 1,
  synaptic_delay_bursts: 1,
} as const satisfies Rule;

export interface RuleDraft {
  /** What the server has; fields that the page does not know are kept as they are. */
  readonly original: Rule;
  readonly morphology: string;
  readonly drafts: Readonly<Record<string, Draft>>;
}

function members(rule: Rule): Readonly<Record<string, unknown>> {
  return { ...rule };
}

function draftsOf(rule: Rule): RuleDraft['drafts'] {
  const [own, usual] = [members(rule), members(NEW_RULE)];
  return Object.fromEntries(FIELDS.map(({ field }) => [field, draftOf(own[field] ?? usual[field])]));
}

export function ruleDraft(rule: Rule): RuleDraft {
  return { original: rule, morphology: rule.morphology_id, drafts: draftsOf(rule) };
}

/** The fields of a rule that are shown, and so can be wrong. */
export function shownFields({ drafts }: RuleDraft): readonly Parameter[] {
  return drafts['plasticity_flag'] === true ? FIELDS : BASIC;
}

export interface RuleRefusals {
  /** For each rule, sentences by field. */
  readonly rules: readonly Readonly<Record<string, string>>[];
  /** Of the two areas, by the names that the request gives them. */
  readonly ends: Readonly<Record<string, string>>;
  /** What belongs to no field; null when nothing does. */
  readonly rest: string | null;
}

export const NOT_REFUSED: RuleRefusals = { rules: [], ends: {}, rest: null };

const ENDS: readonly string[] = ['src_cortical_area', 'dst_cortical_area'];

/**
 * Refusals of the server, which names fields as `mapping_string[2].morphology_id`, sorted to the fields
 * that are shown. `before` rules stood in front of those that were typed in what was sent.
 */
export function placeRuleErrors(
  fields: Readonly<Record<string, string>>,
  message: string,
  before: number,
  typed: readonly RuleDraft[],
): RuleRefusals {
  const rules: Record<string, string>[] = typed.map(() => ({}));
  const ends: Record<string, string> = {};
  const rest: string[] = [];
  for (const [name, sentence] of Object.entries(fields)) {
    const [, index, field] = /^mapping_string\[(\d+)\]\.(\w+)$/.exec(name) ?? [];
    const at = Number(index) - before;
    const [rule, draft] = [rules[at], typed[at]];
    const isShown = draft && (field === 'morphology_id' || shownFields(draft).some((one) => one.field === field));
    if (rule && field && isShown) rule[field] = asSentence(sentence);
    else if (ENDS.includes(name)) ends[name] = asSentence(sentence);
    else rest.push(`${name}: ${sentence}`);
  }
  if (Object.keys(fields).length === 0) rest.push(message);
  return { rules, ends, rest: rest.length > 0 ? rest.join(' ') : null };
}

export interface CheckedRule {
  readonly rule: Rule;
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * A rule from its draft: what was not changed stays as the genome has it. Learning fields count only
 * when the rule learns; those that it lacks are then written out, because to a rule that learns leaving
 * them out means not to.
 */
export function checkRule(draft: RuleDraft): CheckedRule {
  const { changed, errors } = checkForm(draft.drafts, {}, shownFields(draft));
  const own = members(draft.original);
  const before = draftsOf(draft.original);
  const isLearning = (field: string) => LEARNING.some((one) => one.field === field);
  const sent = Object.entries(changed).filter(
    ([field]) => !sameDraft(draft.drafts[field], before[field]) || (isLearning(field) && (own[field] ?? null) === null),
  );
  const rule: Rule = { ...draft.original, ...Object.fromEntries(sent), morphology_id: draft.morphology };
  return { rule, errors: draft.morphology ? errors : { ...errors, morphology_id: 'Choose a morphology.' } };
}

/** A rule in a few words. `number` writes a number. */
export function ruleText(rule: Rule, number: (value: number) => string): string {
  const weight = rule.postSynapticCurrent_multiplier ?? NEW_RULE.postSynapticCurrent_multiplier;
  const delay = rule.synaptic_delay_bursts ?? NEW_RULE.synaptic_delay_bursts;
  const parts = [`${rule.morphology_id} × ${number(weight)}`];
  if (delay > 1) parts.push(`${delay} bursts`);
  if (rule.plasticity_flag) parts.push('learns');
  return parts.join(', ');
}
