// The parameters of an area that can be edited: what they are called, what they mean, what they may
// be. Names are those that the REST interface takes; ranges are those of the engine.

export type Kind = 'number' | 'integer' | 'flag' | 'vector' | 'wholes' | 'text';

export interface Parameter {
  readonly field: string;
  readonly label: string;
  readonly kind: Kind;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** Size of a step of the spin buttons. */
  readonly step?: number;
  readonly help: string;
}

export interface Section {
  readonly title: string;
  readonly parameters: readonly Parameter[];
}

const BURSTS_MAX = 65_535;
const INT_MAX = 2_147_483_647;
const UINT_MAX = 4_294_967_295;

const PLACE: Section = {
  title: 'Place and size',
  parameters: [
    { field: 'cortical_name', label: 'Name', kind: 'text', help: 'What people call the area. Any text; connections do not depend on it.' },
    {
      field: 'coordinates_3d',
      label: 'Position',
      kind: 'wholes',
      unit: 'voxels',
      min: -INT_MAX - 1,
      max: INT_MAX,
      step: 1,
      help: 'Where the lower left front corner of the box stands: x to the right, y up, z into the depth. Only for the eye; signals take no time to travel.',
    },
    {
      field: 'cortical_dimensions',
      label: 'Size',
      kind: 'wholes',
      unit: 'voxels',
      min: 1,
      max: UINT_MAX,
      step: 1,
      help: 'Width, height and depth. When it changes, the neurons and synapses of the area are made anew from its mappings.',
    },
    {
      field: 'neurons_per_voxel',
      label: 'Neurons in a voxel',
      kind: 'integer',
      min: 1,
      max: UINT_MAX,
      step: 1,
      help: 'How many neurons share each voxel. All of them get the same connections.',
    },
  ],
};

const FIRING: Section = {
  title: 'When a neuron fires',
  parameters: [
    {
      field: 'neuron_fire_threshold',
      label: 'Firing threshold',
      kind: 'number',
      unit: 'charge',
      step: 0.1,
      help: 'Membrane potential at which a neuron fires. Higher means harder to excite.',
    },
    {
      field: 'neuron_fire_threshold_increment',
      label: 'Threshold step',
      kind: 'vector',
      unit: 'charge per voxel',
      step: 0.1,
      help: 'What each step along x, y and z adds to the threshold, so that one side of the area is harder to excite than the other.',
    },
    {
      field: 'neuron_firing_threshold_limit',
      label: 'Highest firing potential',
      kind: 'number',
      unit: 'charge',
      min: 0,
      step: 0.1,
      help: 'A neuron above this potential stays silent. 0 means no limit.',
    },
    {
      field: 'neuron_excitability',
      label: 'Excitability',
      kind: 'number',
      unit: '%',
      min: 0,
      max: 100,
      step: 1,
      help: 'Chance that a neuron over its threshold really fires. 100 fires always, 0 never.',
    },
  ],
};

const MEMBRANE: Section = {
  title: 'What it keeps',
  parameters: [
    {
      field: 'neuron_leak_coefficient',
      label: 'Leak',
      kind: 'number',
      unit: 'share per burst',
      min: 0,
      max: 1,
      step: 0.01,
      help: 'Share of the potential that drains away in each burst. 0 keeps everything, 1 forgets at once.',
    },
    {
      field: 'neuron_mp_charge_accumulation',
      label: 'Keeps charge below the threshold',
      kind: 'flag',
      help: 'On: input adds up from burst to burst. Off: what did not suffice to fire is forgotten.',
    },
  ],
};

const REST: Section = {
  title: 'How it rests',
  parameters: [
    {
      field: 'neuron_refractory_period',
      label: 'Refractory period',
      kind: 'integer',
      unit: 'bursts',
      min: 0,
      max: BURSTS_MAX,
      step: 1,
      help: 'Bursts for which a neuron stays silent after it fired. Input that comes meanwhile is lost.',
    },
    {
      field: 'neuron_consecutive_fire_count',
      label: 'Fires in a row',
      kind: 'integer',
      unit: 'bursts',
      min: 0,
      max: BURSTS_MAX,
      step: 1,
      help: 'After this many fires in a row the neuron snoozes. 0 means no limit.',
    },
    {
      field: 'neuron_snooze_period',
      label: 'Snooze',
      kind: 'integer',
      unit: 'bursts',
      min: 0,
      max: BURSTS_MAX,
      step: 1,
      help: 'Bursts added to the refractory period when the neuron has fired too often in a row.',
    },
  ],
};

const SENDS: Section = {
  title: 'What it sends',
  parameters: [
    {
      field: 'neuron_post_synaptic_potential',
      label: 'Postsynaptic current',
      kind: 'number',
      unit: 'charge',
      step: 1,
      help: 'Charge that a spike brings to each target, times the weight of the synapse.',
    },
    {
      field: 'neuron_psp_uniform_distribution',
      label: 'Every synapse gets all of it',
      kind: 'flag',
      help: 'On: each outgoing synapse delivers the full charge. Off: the synapses of a neuron share it equally.',
    },
    {
      field: 'neuron_mp_driven_psp',
      label: 'Sends its own potential',
      kind: 'flag',
      help: 'On: the potential with which a neuron fired takes the place of the postsynaptic current.',
    },
    {
      field: 'neuron_degeneracy_coefficient',
      label: 'Wear',
      kind: 'number',
      unit: 'charge per spike',
      min: 0,
      step: 0.1,
      help: 'What every spike takes from the postsynaptic current of the synapses it used. 0 means no wear.',
    },
  ],
};

export const SECTIONS: readonly Section[] = [PLACE, FIRING, MEMBRANE, REST, SENDS];
export const PARAMETERS: readonly Parameter[] = SECTIONS.flatMap((section) => section.parameters);

/** The allowed range in words. */
export function rangeOf({ kind, min, max }: Parameter): string {
  if (kind === 'flag') return 'On or off';
  if (kind === 'text') return 'At least one character';
  const what = kind === 'integer' || kind === 'wholes' ? 'Whole numbers' : 'Numbers';
  // The bounds of 32 bits tell a reader nothing.
  const low = min !== undefined && min > -INT_MAX ? min : undefined;
  const high = max !== undefined && max < INT_MAX ? max : undefined;
  if (low !== undefined && high !== undefined) return `${what} from ${low} to ${high}`;
  if (low !== undefined) return `${what} from ${low}`;
  return what === 'Numbers' ? 'Any number' : what;
}
