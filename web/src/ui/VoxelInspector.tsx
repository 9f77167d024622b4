// One voxel: the state of its neurons, read once a second, and a button that makes it fire.

import { useState } from 'preact/hooks';
import * as api from '../api/areas';
import type { NeuronState, Synapse, Triple, VoxelNeurons } from '../api/types';
import type { Area } from '../model/brain';
import { orToast, stimulate } from '../model/edits';
import { count, number, plural } from '../model/format';
import { select } from '../model/selection';
import { brain } from '../model/store';
import { synapseText, type End } from '../model/synapses';
import { checkVoxel } from '../model/voxel';
import { useAsked } from './asked';
import { Facts } from './Facts';
import { Icon } from './icons';
import { InspectorHead } from './Inspector';

const REFRESH_MS = 1000;

const keyOf = (area: Area, voxel: Triple): string => `${area.id} ${voxel.join(' ')}`;

export function VoxelInspector({ area, voxel }: { area: Area; voxel: Triple }) {
  const key = keyOf(area, voxel);
  const [page, setPage] = useState({ key, page: 0 });
  const now = page.key === key ? page.page : 0;
  // Another voxel that is selected elsewhere takes the place of what is typed here.
  const [typed, setTyped] = useState({ key, drafts: voxel.map(String) });
  const drafts = typed.key === key ? typed.drafts : voxel.map(String);
  const checked = checkVoxel(drafts, area.dimensions);
  const asked = useAsked(() => api.voxelNeurons(area.id, voxel, now), [key, now], REFRESH_MS);
  const type = (next: readonly string[]) => {
    const wanted = checkVoxel(next, area.dimensions).voxel;
    setTyped({ key: wanted ? keyOf(area, wanted) : key, drafts: [...next] });
    if (wanted) select({ kind: 'voxel', id: area.id, voxel: wanted });
  };
  return (
    <>
      <InspectorHead title={`Voxel ${voxel.join(', ')}`} kind={`in ${area.name}`} group={area.group} />
      <div class="panel-body scroll">
        <div class="buttons">
          <button type="button" class="button primary" disabled={!checked.voxel} data-testid="stimulate" onClick={() => void orToast(() => stimulate(area, voxel))}>
            <Icon name="bolt" /> Stimulate
          </button>
          <button type="button" class="button" data-testid="to-area" onClick={() => select({ kind: 'area', id: area.id })}>
            Show area
          </button>
        </div>
        <p class="muted">Stimulate makes its neurons fire in the next burst, whatever their potential.</p>
        <Coordinates size={area.dimensions} drafts={drafts} errors={checked.errors} onType={type} />
        {asked.error && <p class="note">{asked.error.message}</p>}
        {asked.value && <Neurons answer={asked.value} />}
        <Pages neurons={asked.value?.neurons ?? []} page={now} go={(next) => setPage({ key, page: next })} />
      </div>
    </>
  );
}

const AXES = ['x', 'y', 'z'] as const;

interface CoordinatesProps {
  readonly size: Triple;
  readonly drafts: readonly string[];
  readonly errors: readonly (string | null)[];
  readonly onType: (drafts: readonly string[]) => void;
}

/** Fields to go to another voxel: what a pointer picks in the view, a keyboard picks here. */
function Coordinates({ size, drafts, errors, onType }: CoordinatesProps) {
  return (
    <div class="field" role="group" aria-label="Voxel">
      <span class="label">Coordinates</span>
      <span class="triple">
        {AXES.map((axis, index) => (
          <span key={axis}>
            <span aria-hidden="true">{axis}</span>
            <input
              class="input"
              type="number"
              aria-label={`Voxel ${axis}`}
              aria-invalid={errors[index] ? 'true' : 'false'}
              aria-describedby={errors[index] ? `voxel-${axis}-error` : undefined}
              min={0}
              max={size[index]! - 1}
              value={drafts[index]}
              data-testid={`voxel-${axis}`}
              onInput={(event) => onType(drafts.map((old, one) => (one === index ? event.currentTarget.value : old)))}
            />
          </span>
        ))}
      </span>
      {AXES.map(
        (axis, index) =>
          errors[index] && (
            <p key={axis} class="error" id={`voxel-${axis}-error`} data-testid={`error-voxel-${axis}`}>
              {axis}: {errors[index]}
            </p>
          ),
      )}
    </div>
  );
}

function Neurons({ answer: { neurons, neuron_count: all } }: { answer: VoxelNeurons }) {
  const left = all - neurons.length;
  return (
    <>
      {neurons.map((neuron) => (
        <Neuron key={neuron.neuron_id} neuron={neuron} />
      ))}
      {all === 0 && <p class="muted">This voxel holds no neuron.</p>}
      {left > 0 && (
        <p class="note" data-testid="neurons-left">
          The first {count(neurons.length)} of its {plural(all, 'neuron')} are shown.
        </p>
      )}
    </>
  );
}

function Neuron({ neuron }: { neuron: NeuronState }) {
  const { membrane_potential: potential, threshold } = neuron;
  const share = threshold > 0 ? Math.min(1, Math.max(0, potential / threshold)) : 0;
  const limit = neuron.consecutive_fire_limit > 0 ? ` of ${neuron.consecutive_fire_limit}` : '';
  return (
    <section class="neuron" data-testid="neuron">
      <h3>Neuron {neuron.neuron_id}</h3>
      <div class="potential">
        <div class="potential-text">
          <span>Potential</span>
          <span class="numbers">
            <b data-testid="neuron-potential">{number(potential, 4)}</b> of {number(threshold, 4)}
          </span>
        </div>
        <div class="meter" role="img" aria-label={`${Math.round(share * 100)} % of the threshold`}>
          <span style={{ transform: `scaleX(${share})` }} />
        </div>
      </div>
      <Facts
        facts={[
          ['Refractory', neuron.refractory_countdown > 0 ? `${plural(neuron.refractory_countdown, 'burst')} left` : 'no', 'neuron-refractory'],
          ['Fires in a row', `${neuron.consecutive_fire_count}${limit}`],
          ['Leak', number(neuron.leak_coefficient, 4)],
          ['Excitability', `${number(neuron.excitability, 4)} %`],
        ]}
      />
      <Synapses title="Synapses in" total={incomingTotal(neuron)} synapses={neuron.incoming_synapses} end="source" />
      <Synapses title="Synapses out" total={count(neuron.outgoing_synapse_count)} synapses={neuron.outgoing_synapses} end="target" />
    </section>
  );
}

/** How many there are, as far as the server has found them in its time. */
function incomingTotal({ incoming_synapse_count: total, incoming_synapses: listed, incoming_synapses_has_more: more }: NeuronState): string {
  return more && listed.length === total ? `${count(total)} or more` : count(total);
}

interface SynapsesProps {
  readonly title: string;
  readonly total: string;
  readonly synapses: readonly Synapse[];
  readonly end: End;
}

function Synapses({ title, total, synapses, end }: SynapsesProps) {
  const nameOf = (id: string) => brain.value.areas.get(id)?.name ?? id;
  return (
    <details>
      <summary>
        {title} <span class="muted numbers">{total}</span>
      </summary>
      {synapses.length === 0 ? (
        <p class="muted">{total === '0' ? 'none' : 'none on this page'}</p>
      ) : (
        <ul class="synapses numbers">
          {synapses.map((synapse, index) => (
            <li key={index}>{synapseText(synapse, end, nameOf)}</li>
          ))}
        </ul>
      )}
    </details>
  );
}

/** The server lists synapses by pages, the same for all neurons of the voxel. */
function Pages({ neurons, page, go }: { neurons: readonly NeuronState[]; page: number; go: (page: number) => void }) {
  const more = neurons.some((one) => one.incoming_synapses_has_more || one.outgoing_synapses_has_more);
  if (!more && page === 0) return null;
  return (
    <div class="buttons" role="group" aria-label="Pages of synapses">
      <button type="button" class="button" disabled={page === 0} data-testid="synapses-previous" onClick={() => go(page - 1)}>
        Previous synapses
      </button>
      <button type="button" class="button" disabled={!more} data-testid="synapses-next" onClick={() => go(page + 1)}>
        Next synapses
      </button>
      <span class="muted numbers" role="status">
        page {page + 1}
      </span>
    </div>
  );
}
