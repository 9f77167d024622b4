// Adding an area: a custom one in a region, or a unit of inputs or outputs.

import { useState } from 'preact/hooks';
import * as api from '../api/areas';
import type { Triple, UnitType } from '../api/types';
import { freeName, freePosition } from '../model/brain';
import { addAreaInNewRegion, addCustomArea, addUnit } from '../model/edits';
import { count } from '../model/format';
import type { Parameter } from '../model/parameters';
import { check, checkForm, placeErrors, type Draft } from '../model/validate';
import { brain } from '../model/store';
import { useAsked } from './asked';
import { Dialog } from './Dialog';
import { close, submitFrom } from './dialogs';
import { Field } from './Field';
import { getScene } from './view';

type AreaKind = 'custom' | 'memory' | 'input' | 'output';

const KINDS: readonly { readonly kind: AreaKind; readonly label: string; readonly text: string }[] = [
  { kind: 'custom', label: 'Custom', text: 'Neurons between input and output: the brain’s own.' },
  { kind: 'memory', label: 'Memory', text: 'Remembers what fires in the areas that lead to it.' },
  { kind: 'input', label: 'Input', text: 'Voxels that a sense writes to, such as a camera or a distance sensor.' },
  { kind: 'output', label: 'Output', text: 'Voxels that a motor or another actuator reads.' },
];

const NAME: Parameter = { field: 'cortical_name', label: 'Name', kind: 'text', help: 'What people call the area.' };
const POSITION: Parameter = {
  field: 'coordinates_3d', label: 'Position', kind: 'wholes', unit: 'voxels', min: -2_147_483_648, max: 2_147_483_647, step: 1,
  help: 'Lower left front corner. The proposed place is free.',
};
const SIZE: Parameter = {
  field: 'cortical_dimensions', label: 'Size', kind: 'wholes', unit: 'voxels', min: 1, max: 4_294_967_295, step: 1,
  help: 'Width, height and depth.',
};
const DENSITY: Parameter = {
  field: 'neurons_per_voxel', label: 'Neurons in a voxel', kind: 'integer', min: 1, max: 4_294_967_295, step: 1,
  help: 'One is usual.',
};
const REGION: Parameter = { field: 'new_region', label: 'Name of the new region', kind: 'text', help: 'It is added below the root region.' };
const DEVICES: Parameter = {
  field: 'device_count', label: 'Devices', kind: 'integer', min: 1, max: 65_535, step: 1,
  help: 'How many of them the area serves; it grows with their number.',
};
const UNIT: Parameter = {
  field: 'unit_id', label: 'Unit', kind: 'integer', min: 0, max: 255, step: 1,
  help: 'Tells units of the same type apart; counts from 0.',
};

const NEW_REGION = '';
/** Fields of the requests that are called otherwise here, or have no field of their own. */
const ALIASES: Readonly<Record<string, string>> = { title: REGION.field, parent_region_id: 'brain_region_id', cortical_type: 'cortical_id' };

type Drafts = Record<string, Draft>;

const hasRegion = (kind: AreaKind): boolean => kind === 'custom' || kind === 'memory';

export function AddAreaDialog() {
  const [kind, setKind] = useState<AreaKind>('custom');
  const [drafts, setDrafts] = useState<Drafts>(() => ({
    cortical_name: freeName(brain.value, 'New area'),
    coordinates_3d: freePosition(brain.value).map(String),
    cortical_dimensions: ['4', '4', '4'],
    neurons_per_voxel: '1',
    new_region: 'My region',
    device_count: '1',
    unit_id: '0',
  }));
  const below = [...brain.value.regions.values()].filter((region) => region.id !== brain.value.root);
  const [region, setRegion] = useState(below[0]?.id ?? NEW_REGION);
  const types = useAsked(() => (kind === 'output' ? api.outputTypes() : api.inputTypes()), [kind]);
  const [unit, setUnit] = useState('');
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);

  const units = Object.entries(types.value ?? {}).sort(([, a], [, b]) => a.description.localeCompare(b.description));
  const unitId = unit in (types.value ?? {}) ? unit : (units[0]?.[0] ?? '');
  const fields = hasRegion(kind) ? [NAME, ...(region === NEW_REGION ? [REGION] : []), SIZE, POSITION, DENSITY] : [DEVICES, UNIT, POSITION, DENSITY];
  // Nothing is compared with: every field has to hold.
  const { changed, errors } = checkForm(drafts, {}, fields);
  const shownErrors: Readonly<Record<string, string>> = { ...refused, ...(tried ? errors : {}) };
  const accept = () => {
    setRefused({});
    setFailure(null);
  };
  const type = (field: string, draft: Draft) => {
    setDrafts((before) => ({ ...before, [field]: draft }));
    accept();
  };
  const choose = <T,>(set: (value: T) => void) => (value: T) => (set(value), accept());
  const submit = async () => {
    setTried(true);
    if (Object.keys(errors).length > 0) return;
    setBusy(true);
    const add = async () => {
      const id = hasRegion(kind) ? await addCustom(changed, region, kind === 'memory', setRegion) : await addUnitOf(kind, unitId, units, changed);
      getScene()?.flyTo(id);
    };
    await submitFrom(add, (told) => {
      const known = [...fields.map(({ field }) => field), hasRegion(kind) ? 'brain_region_id' : 'cortical_id'];
      const placed = placeErrors(told.fields, told.message, known, ALIASES);
      setRefused(placed.errors);
      setFailure(placed.rest);
    });
    setBusy(false);
  };

  return (
    <Dialog
      title="Add area"
      testid="add-area-dialog"
      onClose={close}
      onSubmit={() => void submit()}
      foot={
        <>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy || (!hasRegion(kind) && !unitId)} data-testid="add-area-submit">
            {busy ? 'Adding…' : 'Add'}
          </button>
        </>
      }
    >
      <KindChoice kind={kind} choose={choose(setKind)} />
      {hasRegion(kind) ? (
        <RegionChoice region={region} choose={choose(setRegion)} error={shownErrors['brain_region_id']} />
      ) : (
        <UnitChoice units={units} unit={unitId} choose={choose(setUnit)} error={types.error?.message ?? shownErrors['cortical_id']} />
      )}
      {fields.map((parameter) => (
        <Field
          key={parameter.field}
          scope="new"
          parameter={parameter}
          draft={drafts[parameter.field] ?? ''}
          error={shownErrors[parameter.field]}
          onChange={(draft) => type(parameter.field, draft)}
        />
      ))}
      {hasRegion(kind) && <Neurons drafts={drafts} />}
      {failure && (
        <p class="form-error" role="alert" data-testid="form-error">
          {failure}
        </p>
      )}
    </Dialog>
  );
}

function addCustom(values: Record<string, unknown>, region: string, memory: boolean, kept: (region: string) => void): Promise<string> {
  const wish = {
    cortical_name: values['cortical_name'] as string,
    coordinates_3d: values['coordinates_3d'] as Triple,
    cortical_dimensions: values['cortical_dimensions'] as Triple,
    neurons_per_voxel: values['neurons_per_voxel'] as number,
    memory,
  };
  if (region !== NEW_REGION) return addCustomArea({ ...wish, brain_region_id: region });
  return addAreaInNewRegion(values[REGION.field] as string, wish, kept);
}

function addUnitOf(kind: AreaKind, unit: string, units: readonly (readonly [string, UnitType])[], values: Record<string, unknown>): Promise<string> {
  const name = units.find(([id]) => id === unit)?.[1].description ?? unit;
  const wish = {
    cortical_id: unit,
    cortical_type: kind === 'input' ? ('IPU' as const) : ('OPU' as const),
    device_count: values['device_count'] as number,
    unit_id: values['unit_id'] as number,
    coordinates_3d: values['coordinates_3d'] as Triple,
    neurons_per_voxel: values['neurons_per_voxel'] as number,
  };
  return addUnit(wish, name);
}

function KindChoice({ kind, choose }: { kind: AreaKind; choose: (kind: AreaKind) => void }) {
  return (
    <fieldset class="kinds">
      <legend class="visually-hidden">Kind of area</legend>
      {KINDS.map((one) => (
        <label key={one.kind} class="kind" data-group={one.kind}>
          <input type="radio" name="kind" checked={kind === one.kind} data-testid={`kind-${one.kind}`} onChange={() => choose(one.kind)} />
          <span class="dot" aria-hidden="true" />
          <b>{one.label}</b>
          <span class="help">{one.text}</span>
        </label>
      ))}
    </fieldset>
  );
}

function RegionChoice({ region, choose, error }: { region: string; choose: (region: string) => void; error: string | undefined }) {
  const { regions, root } = brain.value;
  return (
    <div class="field">
      <label for="new-region-choice">Region</label>
      <select
        id="new-region-choice"
        class="input"
        aria-describedby={error ? 'new-region-error new-region-help' : 'new-region-help'}
        aria-invalid={error ? 'true' : 'false'}
        data-testid="field-brain_region_id"
        value={region}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {[...regions.values()].map((one) => (
          <option key={one.id} value={one.id} disabled={one.id === root}>
            {one.title}
            {one.id === root ? ' (not for custom areas)' : ''}
          </option>
        ))}
        <option value={NEW_REGION}>New region…</option>
      </select>
      {error && (
        <p class="error" id="new-region-error" data-testid="error-brain_region_id">
          {error}
        </p>
      )}
      <p class="help" id="new-region-help">
        Custom areas live in a region below the root. The root region is for input, output and core areas.
      </p>
    </div>
  );
}

interface UnitChoiceProps {
  readonly units: readonly (readonly [string, UnitType])[];
  readonly unit: string;
  readonly choose: (unit: string) => void;
  readonly error: string | undefined;
}

function UnitChoice({ units, unit, choose, error }: UnitChoiceProps) {
  const topology = units.find(([id]) => id === unit)?.[1].unit_default_topology ?? {};
  const sizes = Object.values(topology).map(({ dimensions }) => dimensions.join(' × '));
  return (
    <div class="field">
      <label for="new-unit">Type</label>
      <select
        id="new-unit"
        class="input"
        aria-describedby={error ? 'new-unit-error new-unit-help' : 'new-unit-help'}
        aria-invalid={error ? 'true' : 'false'}
        data-testid="field-cortical_id"
        value={unit}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {units.map(([id, { description }]) => (
          <option key={id} value={id}>
            {description}
          </option>
        ))}
      </select>
      {error && (
        <p class="error" id="new-unit-error" data-testid="error-cortical_id">
          {error}
        </p>
      )}
      <p class="help" id="new-unit-help">
        {sizes.length > 0 ? `One device takes ${sizes.join(' and ')} voxels.` : 'The type decides the size of the area.'} It is added to the root region.
      </p>
    </div>
  );
}

function Neurons({ drafts }: { drafts: Drafts }) {
  const size = check(drafts['cortical_dimensions'] ?? '', SIZE);
  const density = check(drafts['neurons_per_voxel'] ?? '', DENSITY);
  if ('error' in size || 'error' in density) return null;
  const [x, y, z] = size.value as Triple;
  return <p class="muted numbers">This makes {count(x * y * z * (density.value as number))} neurons.</p>;
}
