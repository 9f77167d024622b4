// Editing an area: all its parameters with what they mean. Only what was changed is sent.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { asApiError } from '../api/client';
import type { AreaProperties, Triple } from '../api/types';
import type { Area } from '../model/brain';
import { moveArea, moveToRegion, orToast, setVisible, updateArea } from '../model/edits';
import { plural } from '../model/format';
import { Latest } from '../model/latest';
import { PARAMETERS, SECTIONS, type Section } from '../model/parameters';
import { checkForm, draftOf, placeErrors, sameDraft, type Draft } from '../model/validate';
import { brain } from '../model/store';
import { Field } from './Field';

type Drafts = Readonly<Record<string, Draft>>;

function originalsOf(properties: AreaProperties): Drafts {
  return Object.fromEntries(
    PARAMETERS.filter(({ field }) => properties[field] !== undefined && properties[field] !== null).map(({ field }) => [
      field,
      draftOf(properties[field]),
    ]),
  );
}

export function AreaForm({ area, properties }: { area: Area; properties: AreaProperties }) {
  const originals = originalsOf(properties);
  const [typed, setTyped] = useState<Drafts>({});
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [refusals, setRefusals] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const drafts = { ...originals, ...typed };
  const { changed, errors } = checkForm(drafts, originals, PARAMETERS);
  const dirty = Object.keys(typed).filter((field) => !sameDraft(typed[field], originals[field]));

  useEffect(() => {
    // What the server refused may be out of sight.
    if (refusals > 0) document.querySelector<HTMLElement>('.area-form [aria-invalid="true"]')?.focus();
  }, [refusals]);

  useEffect(() => {
    // What the server has by now taken over needs no draft any more; what is still typed stays.
    setTyped((before) => Object.fromEntries(Object.entries(before).filter(([field, draft]) => !sameDraft(draft, originals[field]))));
  }, [properties]);

  const type = (field: string, draft: Draft) => {
    setTyped((before) => ({ ...before, [field]: draft }));
    setRefused(({ [field]: _, ...rest }) => rest);
    setFailure(null);
  };
  const apply = async () => {
    if (Object.keys(errors).length > 0 || dirty.length === 0) {
      document.querySelector<HTMLElement>('.area-form [aria-invalid="true"]')?.focus();
      return;
    }
    setBusy(true);
    try {
      await updateArea(area, changed, describe(changed));
      // What was typed while the edit was under way stays.
      setTyped((before) => Object.fromEntries(Object.entries(before).filter(([field, draft]) => !(field in changed && sameDraft(draft, typed[field])))));
    } catch (error) {
      const told = asApiError(error);
      const placed = placeErrors(told.fields, told.message, PARAMETERS.map(({ field }) => field));
      setRefused(placed.errors);
      setRefusals((before) => before + 1);
      setFailure(placed.rest);
    } finally {
      setBusy(false);
    }
  };

  const wrong = Object.keys(errors).length;
  return (
    <form class="area-form" noValidate onSubmit={(event) => (event.preventDefault(), void apply())} data-testid="area-form">
      {SECTIONS.map((section) => (
        <FormSection key={section.title} section={section} drafts={drafts} originals={originals} errors={{ ...refused, ...errors }} onType={type}>
          {section.title === 'Place and size' && <Place area={area} properties={properties} />}
        </FormSection>
      ))}
      {failure && (
        <p class="form-error" role="alert" data-testid="form-error">
          {failure}
        </p>
      )}
      {(dirty.length > 0 || busy) && (
        <div class="apply-bar">
          {wrong > 0 && <p class="error">{plural(wrong, 'field needs', 'fields need')} another value.</p>}
          <button type="submit" class="button primary" disabled={busy} data-testid="apply-area">
            {busy ? 'Applying…' : `Apply ${dirty.length === 1 ? '1 change' : `${dirty.length} changes`}`}
          </button>
          <button type="button" class="button" disabled={busy} data-testid="discard-area" onClick={() => (setTyped({}), setRefused({}), setFailure(null))}>
            Discard
          </button>
        </div>
      )}
    </form>
  );
}

/** What an edit did, for its toast. */
export function describe(changed: Readonly<Record<string, unknown>>): string {
  const parts = PARAMETERS.filter(({ field }) => field in changed).map(({ field, label, unit }) => {
    const value = changed[field];
    const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : Array.isArray(value) ? value.join(', ') : String(value);
    return `${label.toLowerCase()} ${text}${unit === '%' ? ' %' : ''}`;
  });
  return parts.length > 3 ? `${parts.length} parameters changed` : parts.join('; ');
}

interface FormSectionProps {
  readonly section: Section;
  readonly drafts: Drafts;
  readonly originals: Drafts;
  readonly errors: Readonly<Record<string, string>>;
  readonly onType: (field: string, draft: Draft) => void;
  readonly children: preact.ComponentChildren;
}

function FormSection({ section, drafts, originals, errors, onType, children }: FormSectionProps) {
  const shown = section.parameters.filter(({ field }) => drafts[field] !== undefined);
  if (shown.length === 0) return null;
  return (
    <fieldset>
      <legend>{section.title}</legend>
      {shown.map((parameter) => (
        <Field
          key={parameter.field}
          scope="area"
          parameter={parameter}
          draft={drafts[parameter.field] ?? ''}
          error={errors[parameter.field]}
          changed={!sameDraft(drafts[parameter.field], originals[parameter.field])}
          onChange={(draft) => onType(parameter.field, draft)}
        />
      ))}
      {children}
    </fieldset>
  );
}

const NUDGES: readonly { readonly label: string; readonly sign: string; readonly by: Triple }[] = [
  { label: 'Move left', sign: '−x', by: [-1, 0, 0] },
  { label: 'Move right', sign: '+x', by: [1, 0, 0] },
  { label: 'Move down', sign: '−y', by: [0, -1, 0] },
  { label: 'Move up', sign: '+y', by: [0, 1, 0] },
  { label: 'Move to the front', sign: '−z', by: [0, 0, -1] },
  { label: 'Move to the back', sign: '+z', by: [0, 0, 1] },
];

/** What is done at once rather than applied: nudging, visibility, region. */
function Place({ area, properties }: { area: Area; properties: AreaProperties }) {
  const regions = [...brain.value.regions.values()];
  const mayMove = area.group === 'custom' || area.group === 'memory';
  // A press counts from where the one before goes, not from where the area was when it was last read.
  const moves = useMemo(() => new Latest<Triple>(async (position) => (await orToast(() => moveArea(area, position))) !== null), [area.id]);
  return (
    <>
      <div class="field" role="group" aria-label="Nudge">
        <span class="label">
          Nudge <span class="unit">one voxel; ten with Shift</span>
        </span>
        <div class="nudges">
          {NUDGES.map(({ label, sign, by }) => (
            <button
              key={sign}
              type="button"
              class="button"
              aria-label={label}
              title={label}
              data-testid={`nudge-${sign.replace('−', '-')}`}
              onClick={(event) => void moves.want(moved(moves.wanted ?? area.position, by, event.shiftKey ? 10 : 1))}
            >
              {sign}
            </button>
          ))}
        </div>
      </div>
      <div class="field">
        <label for="area-region">Region</label>
        <select
          id="area-region"
          class="input"
          disabled={!mayMove}
          aria-describedby="area-region-help"
          data-testid="field-parent_region_id"
          value={area.region ?? ''}
          onChange={(event) => {
            const element = event.currentTarget;
            void orToast(() => moveToRegion(area, element.value)).then((done) => {
              if (done === null) element.value = area.region ?? '';
            });
          }}
        >
          {area.region === null && (
            <option value="" disabled>
              None
            </option>
          )}
          {regions.map((region) => (
            <option key={region.id} value={region.id} disabled={region.id === brain.value.root && mayMove}>
              {region.title}
            </option>
          ))}
        </select>
        <p class="help" id="area-region-help">
          {mayMove ? 'Custom areas belong to a region below the root; the root is for input, output and core areas.' : 'Input, output and core areas stay in the root region.'}
        </p>
      </div>
      <div class="field">
        <label class="flag">
          <input
            type="checkbox"
            class="check"
            checked={properties.visible}
            data-testid="field-visible"
            onChange={(event) => {
              const element = event.currentTarget;
              void orToast(() => setVisible(area, element.checked)).then((done) => {
                if (done === null) element.checked = properties.visible;
              });
            }}
          />
          Show its firing in the view
        </label>
      </div>
    </>
  );
}

function moved([x, y, z]: Triple, [dx, dy, dz]: Triple, times: number): Triple {
  return [x + dx * times, y + dy * times, z + dz * times];
}
