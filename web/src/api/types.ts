// Shapes of the answers, as far as the page reads them.

export type Triple = [number, number, number];

export interface Health {
  readonly genome_num: number;
  readonly feagi_session: number;
  readonly neuron_count: number;
  readonly synapse_count: number;
  readonly neuron_count_max: number;
  readonly synapse_count_max: number;
  readonly brain_regions_root: string | null;
  readonly estimated_brain_size_in_MB: number;
  readonly genome_change_sequence: number;
  readonly simulation_timestep: number;
}

export interface Geometry {
  readonly cortical_id: string;
  readonly cortical_name: string;
  readonly cortical_group: string;
  readonly cortical_type: string;
  /** Null where the genome names no region, as old ones do. */
  readonly parent_region_id: string | null;
  readonly coordinates_3d: Triple;
  readonly cortical_dimensions: Triple;
  readonly cortical_neuron_per_vox_count: number;
  readonly visible: boolean;
}

/** Everything about one area; the keys that can be edited carry the names that PUT takes. */
export interface AreaProperties {
  readonly cortical_id: string;
  readonly cortical_idx: number;
  readonly cortical_name: string;
  readonly cortical_group: string;
  readonly cortical_type: string;
  readonly cortical_subtype?: string;
  readonly coordinates_3d: Triple;
  readonly cortical_dimensions: Triple;
  readonly parent_region_id: string;
  readonly neuron_count: number;
  readonly neurons_per_voxel: number;
  readonly incoming_synapse_count: number;
  readonly outgoing_synapse_count: number;
  readonly visible: boolean;
  readonly dev_count?: number;
  readonly [field: string]: unknown;
}

export interface RegionMembers {
  readonly title: string;
  readonly parent_region_id: string | null;
  readonly coordinate_3d: Triple;
  readonly areas: readonly string[];
  readonly regions: readonly string[];
}

/** A rule as its genome has it: genomes leave out what is as usual, or write null. */
export interface Rule {
  readonly morphology_id: string;
  readonly morphology_scalar?: Triple | null;
  readonly postSynapticCurrent_multiplier?: number | null;
  readonly plasticity_flag?: boolean | null;
  readonly plasticity_constant?: number | null;
  readonly ltp_multiplier?: number | null;
  readonly ltd_multiplier?: number | null;
  readonly plasticity_window?: number | null;
  readonly synaptic_delay_bursts?: number | null;
}

export type MappingTable = Readonly<Record<string, Readonly<Record<string, readonly Rule[]>>>>;

export interface SynapseCount {
  readonly src_cortical_area: string;
  readonly dst_cortical_area: string;
  readonly synapse_count: number;
}

export interface Morphology {
  readonly name: string;
  readonly class: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface EngineStatus {
  readonly active: boolean;
  readonly paused: boolean;
  readonly burst_count: number;
  readonly frequency_hz: number;
}

export interface UnitType {
  readonly description: string;
  readonly unit_default_topology: Readonly<Record<string, { readonly dimensions: Triple; readonly relative_position: Triple }>>;
}

export interface Synapse {
  readonly source_neuron_id: number;
  /** Null for a neuron that is gone. */
  readonly source_cortical_id: string | null;
  readonly source_x: number;
  readonly source_y: number;
  readonly source_z: number;
  readonly target_neuron_id: number;
  /** Null for a neuron that is gone. */
  readonly target_cortical_id: string | null;
  readonly target_x: number;
  readonly target_y: number;
  readonly target_z: number;
  readonly weight: number;
  readonly postsynaptic_potential: number;
  readonly synapse_type: 'excitatory' | 'inhibitory';
  /** Bursts from spike to arrival. */
  readonly synaptic_delay_bursts: number;
}

export interface NeuronState {
  readonly neuron_id: number;
  readonly membrane_potential: number;
  readonly threshold: number;
  readonly threshold_limit: number;
  readonly refractory_countdown: number;
  readonly refractory_period: number;
  readonly consecutive_fire_count: number;
  readonly consecutive_fire_limit: number;
  readonly excitability: number;
  readonly leak_coefficient: number;
  readonly snooze_period: number;
  /** As far as the server found them within its time. */
  readonly incoming_synapse_count: number;
  readonly outgoing_synapse_count: number;
  readonly incoming_synapses: readonly Synapse[];
  readonly outgoing_synapses: readonly Synapse[];
  /** Whether the next page has some, or not all were found in time. */
  readonly incoming_synapses_has_more: boolean;
  readonly outgoing_synapses_has_more: boolean;
}

export interface VoxelNeurons {
  /** All that there are; `neurons` lists the first of them. */
  readonly neuron_count: number;
  readonly neurons: readonly NeuronState[];
}

export interface Stimulated {
  readonly success: boolean;
  readonly matched_coordinates: number;
  readonly total_coordinates: number;
}

export interface LoadAnswer {
  readonly genome_title?: string;
  readonly message?: string;
  readonly cortical_area_count?: number;
  readonly brain_region_count?: number;
  readonly warnings?: readonly unknown[];
}

export interface ChangeLists {
  readonly undo: readonly string[];
  readonly redo: readonly string[];
}

export interface AgentStream {
  readonly stream: string;
  readonly url: string;
  readonly frames: number;
  readonly bytes: number;
  readonly frames_dropped: number;
  readonly frames_refused: number;
  readonly peers: number;
}

export interface AgentActivity {
  readonly agent_id: string;
  readonly name: string | null;
  readonly manufacturer: string | null;
  readonly version: string | null;
  readonly protocol: string;
  readonly capabilities: readonly string[];
  readonly silent_ms: number | null;
  readonly streams: readonly AgentStream[];
}
