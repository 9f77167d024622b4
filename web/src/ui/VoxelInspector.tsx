// One voxel: the state of its neurons, read once a second, and a button that makes it fire.

import { useState } from 'preact/hooks';
import * as api from '../api/areas';
import type { NeuronState, Synapse, Triple } from '../api/types';
import type { Area } from '../model/brain';
import { orToast, stimulate } from '../model/edits';
import { count, number, plural } from '../model/format';
import { select } from '../model/selection';
import { brain } from '../model/store';
import { useAsked } from './asked';
import { Facts } from './Facts';
import { Icon } from './icons';
import { InspectorHead } from './Inspector';

const REFRESH_MS = 1000;

export function VoxelInspector({ area, voxel }: { area: Area; voxel: Triple }) {
  const key = `${area.id} ${voxel.join(' ')}`;
  const [page, setPage] = useState({ key, page: 0 });
  const now = page.key === key ? page.page : 0;
  const asked = useAsked(() => api.voxelNeurons(area.id, voxel, now), [key, now], REFRESH_MS);
  return (
    <>
      <InspectorHead title={`Voxel ${voxel.join(', ')}`} kind={`in ${area.name}`} group={area.group} />
      <div class="panel-body scroll">
        <div class="buttons">
          <button type="button" class="button primary" data-testid="stimulate" onClick={() => void orToast(() => stimulate(area, voxel))}>
            <Icon name="bolt" /> Stimulate
          </button>
          <button type="button" class="button" data-testid="to-area" onClick={() => select({ kind: 'area', id: area.id })}>
            Show area
          </button>
        </div>
        <p class="muted">Stimulate makes its neurons fire in the next burst, whatever their potential.</p>
        <Coordinates area={area} voxel={voxel} />
        {asked.error && <p class="note">{asked.error.message}</p>}
        {asked.value?.neurons.map((neuron) => (
          <Neuron key={neuron.neuron_id} neuron={neuron} />
        ))}
        {asked.value?.neuron_count === 0 && <p class="muted">This voxel holds no neuron.</p>}
        <Pages neurons={asked.value?.neurons ?? []} page={now} go={(next) => setPage({ key, page: next })} />
      </div>
    </>
  );
}

/** Fields to go to another voxel: what a pointer picks in the view, a keyboard picks here. */
function Coordinates({ area, voxel }: { area: Area; voxel: Triple }) {
  return (
    <div class="field" role="group" aria-label="Voxel">
      <span class="label">Coordinates</span>
      <span class="triple">
        {(['x', 'y', 'z'] as const).map((axis, index) => (
          <span key={axis}>
            <span aria-hidden="true">{axis}</span>
            <input
              class="input"
              type="number"
              aria-label={`Voxel ${axis}`}
              min={0}
              max={(area.dimensions[index] ?? 1) - 1}
              value={voxel[index]}
              data-testid={`voxel-${axis}`}
              onInput={(event) => {
                const at = event.currentTarget.valueAsNumber;
                if (!Number.isInteger(at) || at < 0 || at >= (area.dimensions[index] ?? 1)) return;
                select({ kind: 'voxel', id: area.id, voxel: voxel.map((old, one) => (one === index ? at : old)) as Triple });
              }}
            />
          </span>
        ))}
      </span>
    </div>
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
      <Synapses title="Synapses in" total={neuron.incoming_synapse_count} synapses={neuron.incoming_synapses} end="source" />
      <Synapses title="Synapses out" total={neuron.outgoing_synapse_count} synapses={neuron.outgoing_synapses} end="target" />
    </section>
  );
}

interface SynapsesProps {
  readonly title: string;
  readonly total: number;
  readonly synapses: readonly Synapse[];
  readonly end: 'source' | 'target';
}

function Synapses({ title, total, synapses, end }: SynapsesProps) {
  return (
    <details>
      <summary>
        {title} <span class="muted numbers">{count(total)}</span>
      </summary>
      {synapses.length === 0 ? (
        <p class="muted">none</p>
      ) : (
        <ul class="synapses numbers">
          {synapses.map((synapse, index) => (
            <li key={index}>{synapseText(synapse, end)}</li>
          ))}
        </ul>
      )}
    </details>
  );
}

/** The other end of a synapse and its weight, from whichever of the published names the server uses. */
export function synapseText(synapse: Synapse, end: 'source' | 'target'): string {
  const field = (...names: string[]) => names.map((name) => synapse[name]).find((value) => value !== undefined && value !== null);
  const id = field(`${end}_cortical_id`);
  const area = field(`${end}_cortical_name`) ?? (typeof id === 'string' ? (brain.value.areas.get(id)?.name ?? id) : undefined);
  const at = ['x', 'y', 'z'].map((axis) => synapse[`${end}_${axis}`]);
  const parts: string[] = [];
  if (area !== undefined) parts.push(String(area));
  if (at.every((one) => typeof one === 'number')) parts.push(at.join(', '));
  const neuron = field(`${end}_neuron_id`);
  if (parts.length === 0 && neuron !== undefined) parts.push(`neuron ${String(neuron)}`);
  const weight = field('weight');
  if (typeof weight === 'number') parts.push(`weight ${number(weight, 4)}`);
  return parts.join(' · ');
}

function Pages({ neurons, page, go }: { neurons: readonly NeuronState[]; page: number; go: (page: number) => void }) {
  const more = neurons.some((one) => one.incoming_synapses_has_more || one.outgoing_synapses_has_more);
  if (!more && page === 0) return null;
  return (
    <div class="buttons">
      <button type="button" class="button" disabled={page === 0} onClick={() => go(page - 1)}>
        Fewer synapses
      </button>
      <button type="button" class="button" disabled={!more} onClick={() => go(page + 1)}>
        More synapses
      </button>
    </div>
  );
}
