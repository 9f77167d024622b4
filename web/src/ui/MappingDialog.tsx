// A mapping from one area to another: its rules, each a morphology with weight, delay and learning.

import { useState } from 'preact/hooks';
import type { Morphology, Rule } from '../api/types';
import type { Area } from '../model/brain';
import { setRules } from '../model/edits';
import { count } from '../model/format';
import { checkRule, NEW_RULE, NOT_REFUSED, placeRuleErrors, ruleDraft, shownFields, type RuleDraft } from '../model/rules';
import { brain } from '../model/store';
import type { Draft } from '../model/validate';
import { Dialog } from './Dialog';
import { close, submitFrom } from './dialogs';
import { Field } from './Field';
import { Icon } from './icons';

interface MappingDialogProps {
  readonly source: string | null;
  readonly target: string | null;
  readonly isNew: boolean;
}

function rulesBetween(source: string, target: string): readonly Rule[] {
  return brain.value.mappings.find((one) => one.source === source && one.target === target)?.rules ?? [];
}

/** A morphology to begin with: the plainest that the genome has. */
function firstMorphology(): string {
  const known = brain.value.morphologies;
  return known.has('projector') ? 'projector' : ([...known.keys()][0] ?? '');
}

export function MappingDialog({ source: from, target: to, isNew }: MappingDialogProps) {
  const areas = [...brain.value.areas.values()].sort((a, b) => a.name.localeCompare(b.name));
  const [source, setSource] = useState(from ?? areas[0]?.id ?? '');
  const [target, setTarget] = useState(to ?? '');
  const fresh = () => ruleDraft({ ...NEW_RULE, morphology_id: firstMorphology() });
  const [rules, setRulesDraft] = useState<readonly RuleDraft[]>(() => (isNew ? [fresh()] : rulesBetween(source, target).map(ruleDraft)));
  const [refused, setRefused] = useState(NOT_REFUSED);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const checked = rules.map(checkRule);
  const existing = isNew && target ? rulesBetween(source, target) : [];
  const sourceArea = brain.value.areas.get(source);
  const targetArea = brain.value.areas.get(target);
  const targetError = tried && !targetArea ? 'Choose the area that is reached.' : refused.ends['dst_cortical_area'];

  const submit = async () => {
    setTried(true);
    if (!sourceArea || !targetArea || checked.some(({ errors }) => Object.keys(errors).length > 0)) return;
    setBusy(true);
    await submitFrom(
      () => setRules(sourceArea, targetArea, [...existing, ...checked.map(({ rule }) => rule)]),
      ({ fields, message }) => setRefused(placeRuleErrors(fields, message, existing.length, rules)),
    );
    setBusy(false);
  };
  const change = (next: readonly RuleDraft[]) => {
    setRulesDraft(next);
    setRefused(NOT_REFUSED);
  };
  const chooseEnd = (choose: (id: string) => void) => (id: string) => {
    choose(id);
    setRefused(NOT_REFUSED);
  };

  return (
    <Dialog
      title={isNew ? 'Add mapping' : 'Edit mapping'}
      testid="mapping-dialog"
      onClose={close}
      onSubmit={() => void submit()}
      foot={
        <>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy} data-testid="mapping-submit">
            {busy ? 'Connecting…' : isNew ? 'Add' : 'Apply'}
          </button>
        </>
      }
    >
      <p class="muted">A mapping connects two areas. Each rule names a morphology, the pattern that says which voxels of the source reach which voxels of the target.</p>
      <div class="ends">
        <AreaChoice label="From" field="src_cortical_area" areas={areas} value={source} fixed={!isNew} choose={chooseEnd(setSource)} error={refused.ends['src_cortical_area']} />
        <AreaChoice label="To" field="dst_cortical_area" areas={areas} value={target} fixed={!isNew} choose={chooseEnd(setTarget)} error={targetError} />
      </div>
      {existing.length > 0 && <p class="note">These areas are connected already; the rule is added to the {count(existing.length)} that they have.</p>}
      {rules.map((draft, index) => (
        <RuleFields
          key={index}
          index={index}
          draft={draft}
          errors={{ ...refused.rules[index], ...checked[index]?.errors }}
          onChange={(next) => change(rules.map((old, at) => (at === index ? next : old)))}
          onRemove={rules.length > 1 || !isNew ? () => change(rules.filter((_, at) => at !== index)) : null}
        />
      ))}
      {rules.length === 0 && <p class="note">Without a rule the mapping is deleted.</p>}
      <div>
        <button type="button" class="button" data-testid="add-rule" onClick={() => change([...rules, fresh()])}>
          <Icon name="plus" /> Add rule
        </button>
      </div>
      {refused.rest && (
        <p class="form-error" role="alert" data-testid="form-error">
          {refused.rest}
        </p>
      )}
    </Dialog>
  );
}

interface AreaChoiceProps {
  readonly label: string;
  readonly field: string;
  readonly areas: readonly Area[];
  readonly value: string;
  readonly fixed: boolean;
  readonly choose: (id: string) => void;
  readonly error: string | undefined;
}

function AreaChoice({ label, field, areas, value, fixed, choose, error }: AreaChoiceProps) {
  return (
    <div class="field">
      <label for={`mapping-${field}`}>{label}</label>
      <select
        id={`mapping-${field}`}
        class="input"
        disabled={fixed}
        value={value}
        aria-invalid={error ? 'true' : 'false'}
        aria-describedby={error ? `mapping-${field}-error` : undefined}
        data-testid={`field-${field}`}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {value === '' && <option value="">Choose an area</option>}
        {areas.map((area) => (
          <option key={area.id} value={area.id}>
            {area.name}
          </option>
        ))}
      </select>
      {error && (
        <p class="error" id={`mapping-${field}-error`} data-testid={`error-${field}`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface RuleFieldsProps {
  readonly index: number;
  readonly draft: RuleDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (draft: RuleDraft) => void;
  readonly onRemove: (() => void) | null;
}

function RuleFields({ index, draft, errors, onChange, onRemove }: RuleFieldsProps) {
  const type = (field: string, value: Draft) => onChange({ ...draft, drafts: { ...draft.drafts, [field]: value } });
  const error = errors['morphology_id'];
  const morphologyId = `rule-${index}-morphology`;
  const fields = shownFields(draft).map((parameter) => (
    <Field
      key={parameter.field}
      scope={`rule-${index}`}
      parameter={parameter}
      draft={draft.drafts[parameter.field] ?? ''}
      error={errors[parameter.field]}
      onChange={(value) => type(parameter.field, value)}
    />
  ));
  const names = [...brain.value.morphologies.keys()].sort();
  return (
    <fieldset class="rule" data-testid={`rule-${index}`}>
      <legend>
        Rule {index + 1}
        {onRemove && (
          <button type="button" class="button quiet icon" aria-label={`Remove rule ${index + 1}`} onClick={onRemove}>
            <Icon name="close" />
          </button>
        )}
      </legend>
      <div class="field">
        <label for={morphologyId}>Morphology</label>
        <select
          id={morphologyId}
          class="input"
          value={draft.morphology}
          aria-describedby={error ? `${morphologyId}-error ${morphologyId}-help` : `${morphologyId}-help`}
          aria-invalid={error ? 'true' : 'false'}
          data-testid="field-morphology_id"
          onChange={(event) => onChange({ ...draft, morphology: event.currentTarget.value })}
        >
          {!names.includes(draft.morphology) && <option value={draft.morphology}>{draft.morphology || 'Choose a morphology'}</option>}
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {error && (
          <p class="error" id={`${morphologyId}-error`} data-testid="error-morphology_id">
            {error}
          </p>
        )}
        <p class="help" id={`${morphologyId}-help`}>
          {morphologyText(brain.value.morphologies.get(draft.morphology))}
        </p>
      </div>
      {fields}
    </fieldset>
  );
}

/** What a morphology does, as far as its type and parameters tell. */
export function morphologyText(morphology: Morphology | undefined): string {
  if (!morphology) return 'This genome has no such morphology.';
  const [list] = Object.values(morphology.parameters);
  const some = Array.isArray(list) ? list.slice(0, 3).map((one) => JSON.stringify(one).replaceAll('"', '')) : [];
  const more = Array.isArray(list) && list.length > 3 ? ` and ${list.length - 3} more` : '';
  switch (morphology.type) {
    case 'vectors':
      return `Vectors: each voxel reaches the one at the same place, shifted by ${some.join(', ')}${more}.`;
    case 'patterns':
      return `Patterns, source to target: ${some.join(', ')}${more}. * is any coordinate, ? the same one.`;
    case 'functions':
      return 'A function built into the engine.';
    case 'composite':
      return 'Composite: another morphology, repeated or folded.';
    default:
      return '';
  }
}
