// The fields of a mapping rule, and rules from what was typed.

import type { Rule } from '../api/types';
import type { Parameter } from './parameters';
import { asSentence, checkForm, draftOf, type Draft } from './validate';

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

export const NEW_RULE: Rule = {
  morphology_id: '',
  morphology_scalar: [1, 1, 1],
  postSynapticCurrent_multiplier: 1,
  plasticity_flag: false,
  plasticity_constant: 1,
  ltp_multiplier: 1,
  ltd_multiplier: 1,
  plasticity_window: 1,
  synaptic_delay_bursts: 1,
};

export interface RuleDraft {
  /** What the server has; fields that the page does not know are kept as they are. */
  readonly original: Rule;
  readonly morphology: string;
  readonly drafts: Readonly<Record<string, Draft>>;
}

export function ruleDraft(rule: Rule): RuleDraft {
  const values = rule as unknown as Record<string, unknown>;
  const drafts = Object.fromEntries([...BASIC, ...LEARNING].map(({ field }) => [field, draftOf(values[field])]));
  return { original: rule, morphology: rule.morphology_id, drafts };
}

export interface RuleRefusals {
  /** For each rule, sentences by field. */
  readonly rules: readonly Readonly<Record<string, string>>[];
  /** What belongs to no field; null when nothing does. */
  readonly rest: string | null;
}

/**
 * Refusals of the server, which names fields as `mapping_string[2].morphology_id`, sorted to the rules
 * that were typed. `before` rules stood in front of those in what was sent.
 */
export function placeRuleErrors(fields: Readonly<Record<string, string>>, message: string, before: number, count: number): RuleRefusals {
  const rules: Record<string, string>[] = Array.from({ length: count }, () => ({}));
  const rest: string[] = [];
  for (const [name, sentence] of Object.entries(fields)) {
    const [, index, field] = /^mapping_string\[(\d+)\]\.(\w+)$/.exec(name) ?? [];
    const rule = rules[Number(index) - before];
    if (rule && field) rule[field] = asSentence(sentence);
    else rest.push(`${name}: ${sentence}`);
  }
  if (Object.keys(fields).length === 0) rest.push(message);
  return { rules, rest: rest.length > 0 ? rest.join(' ') : null };
}

export interface CheckedRule {
  readonly rule: Rule;
  readonly errors: Readonly<Record<string, string>>;
}

/** A rule from its draft. Learning fields count only when the rule learns. */
export function checkRule(draft: RuleDraft): CheckedRule {
  const learns = draft.drafts['plasticity_flag'] === true;
  const { changed, errors } = checkForm(draft.drafts, {}, learns ? [...BASIC, ...LEARNING] : BASIC);
  const withMorphology = draft.morphology ? errors : { ...errors, morphology_id: 'Choose a morphology.' };
  return { rule: { ...draft.original, ...changed, morphology_id: draft.morphology }, errors: withMorphology };
}
