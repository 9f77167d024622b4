// The mappings of one area, in and out, with their synapse counts.

import type { Area, Mapping } from '../model/brain';
import { orToast, setRules } from '../model/edits';
import { compact, count, number } from '../model/format';
import { ruleText } from '../model/rules';
import { select } from '../model/selection';
import { brain } from '../model/store';
import { openDialog } from './dialogs';
import { Icon } from './icons';

export function AreaMappings({ area, mappings }: { area: Area; mappings: readonly Mapping[] }) {
  const incoming = mappings.filter((one) => one.target === area.id);
  const outgoing = mappings.filter((one) => one.source === area.id);
  return (
    <div class="mappings">
      <MappingList title="In" empty="Nothing connects to this area." mappings={incoming} end={(one) => one.source} />
      <MappingList title="Out" empty="This area connects to nothing." mappings={outgoing} end={(one) => one.target} />
      <div class="buttons">
        <button type="button" class="button" data-testid="add-mapping" onClick={() => (openDialog.value = { kind: 'mapping', source: area.id, target: null, isNew: true })}>
          <Icon name="plus" /> Add mapping
        </button>
      </div>
    </div>
  );
}

interface MappingListProps {
  readonly title: string;
  readonly empty: string;
  readonly mappings: readonly Mapping[];
  readonly end: (mapping: Mapping) => string;
}

function MappingList({ title, empty, mappings, end }: MappingListProps) {
  return (
    <section>
      <h3>{title}</h3>
      {mappings.length === 0 && <p class="muted">{empty}</p>}
      <ul>
        {mappings.map((one) => (
          <MappingRow key={`${one.source} ${one.target}`} mapping={one} other={brain.value.areas.get(end(one))} />
        ))}
      </ul>
    </section>
  );
}

function MappingRow({ mapping, other }: { mapping: Mapping; other: Area | undefined }) {
  const source = brain.value.areas.get(mapping.source);
  const target = brain.value.areas.get(mapping.target);
  if (!other || !source || !target) return null;
  const name = `${source.name} to ${target.name}`;
  return (
    <li class="mapping" data-group={other.group} data-testid={`mapping-${mapping.source}-${mapping.target}`}>
      <div class="mapping-head">
        <span class="dot" aria-hidden="true" />
        <button type="button" class="link" onClick={() => select({ kind: 'area', id: other.id })}>
          {other.name}
        </button>
        <span class="muted numbers grow" title={mapping.synapses === null ? 'This server does not tell synapse counts' : `${count(mapping.synapses)} synapses`}>
          {mapping.synapses === null ? '' : `${compact(mapping.synapses)} syn.`}
        </span>
        <button type="button" class="button quiet" data-testid={`edit-mapping-${mapping.source}-${mapping.target}`} aria-label={`Edit mapping ${name}`} onClick={() => (openDialog.value = { kind: 'mapping', source: mapping.source, target: mapping.target, isNew: false })}>
          Edit
        </button>
        <button type="button" class="button quiet icon" data-testid={`delete-mapping-${mapping.source}-${mapping.target}`} aria-label={`Delete mapping ${name}`} title="Delete; it can be undone" onClick={() => void orToast(() => setRules(source, target, []))}>
          <Icon name="close" />
        </button>
      </div>
      <ul class="rules muted">
        {mapping.rules.map((rule, index) => (
          <li key={index}>{ruleText(rule, number)}</li>
        ))}
      </ul>
    </li>
  );
}
