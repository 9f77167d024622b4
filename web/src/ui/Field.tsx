// A labelled field with its unit, its explanation and its error. The error is announced with the
// field, not only shown beside it.

import type { ComponentChildren } from 'preact';
import { rangeOf, type Parameter } from '../model/parameters';
import type { Draft } from '../model/validate';

export interface FieldProps {
  readonly parameter: Parameter;
  readonly draft: Draft;
  readonly error?: string | undefined;
  readonly changed?: boolean;
  /** Makes ids unique where the same parameter stands on the page twice. */
  readonly scope: string;
  readonly onChange: (draft: Draft) => void;
  readonly children?: ComponentChildren;
}

const AXES = ['x', 'y', 'z'] as const;

export function Field(props: FieldProps) {
  const { parameter, error, changed, scope } = props;
  const id = `${scope}-${parameter.field}`;
  const described = error ? `${id}-error ${id}-help` : `${id}-help`;
  const isTriple = parameter.kind === 'vector' || parameter.kind === 'wholes';
  const isShort = parameter.kind === 'number' || parameter.kind === 'integer';
  return (
    <div class={`field ${isShort ? 'is-short' : ''}`} data-field={parameter.field}>
      {parameter.kind === 'flag' ? (
        <label class="flag">
          <Control {...props} id={id} described={described} />
          {parameter.label}
          {changed && <span class="changed" title="Changed, not applied yet" />}
        </label>
      ) : isTriple ? (
        <div role="group" aria-labelledby={`${id}-label`} class="field">
          <span class="label" id={`${id}-label`}>
            <Label parameter={parameter} changed={changed} />
          </span>
          <Control {...props} id={id} described={described} />
        </div>
      ) : (
        <>
          <label for={id}>
            <Label parameter={parameter} changed={changed} />
          </label>
          <Control {...props} id={id} described={described} />
        </>
      )}
      {props.children}
      {error && (
        <p class="error" id={`${id}-error`} data-testid={`error-${parameter.field}`}>
          {error}
        </p>
      )}
      <p class="help" id={`${id}-help`}>
        {parameter.help} {parameter.kind === 'text' || parameter.kind === 'flag' ? '' : `${rangeOf(parameter)}.`}
      </p>
    </div>
  );
}

function Label({ parameter, changed }: { parameter: Parameter; changed: boolean | undefined }) {
  return (
    <>
      {parameter.label} {parameter.unit && <span class="unit">{parameter.unit}</span>}
      {changed && <span class="changed" title="Changed, not applied yet" />}
    </>
  );
}

function Control({ parameter, draft, error, onChange, id, described }: FieldProps & { id: string; described: string }) {
  const common = { 'aria-describedby': described, 'aria-invalid': error ? ('true' as const) : ('false' as const) };
  if (typeof draft === 'boolean') {
    return (
      <input
        {...common}
        id={id}
        class="check"
        type="checkbox"
        checked={draft}
        data-testid={`field-${parameter.field}`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (typeof draft === 'string') {
    return (
      <input
        {...common}
        id={id}
        class="input"
        type="text"
        inputMode={parameter.kind === 'text' ? 'text' : 'decimal'}
        autocomplete="off"
        value={draft}
        data-testid={`field-${parameter.field}`}
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => nudge(event, parameter, draft, onChange)}
      />
    );
  }
  return (
    <span class="triple">
      {AXES.map((axis, index) => (
        <span key={axis}>
          <span aria-hidden="true">{axis}</span>
          <input
            {...common}
            class="input"
            type="text"
            inputMode="decimal"
            autocomplete="off"
            aria-label={`${parameter.label} ${axis}`}
            value={draft[index] ?? ''}
            data-testid={`field-${parameter.field}-${axis}`}
            onInput={(event) => onChange(draft.map((old, at) => (at === index ? event.currentTarget.value : old)))}
            onKeyDown={(event) =>
              nudge(event, parameter, draft[index] ?? '', (text) =>
                onChange(draft.map((old, at) => (at === index ? String(text) : old))),
              )
            }
          />
        </span>
      ))}
    </span>
  );
}

/** Arrow keys change numbers by a step, as they do in fields of type number, which lose what is typed wrong. */
function nudge(event: KeyboardEvent, parameter: Parameter, text: string, onChange: (text: string) => void): void {
  const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
  const value = Number(text);
  if (direction === 0 || parameter.step === undefined || text.trim() === '' || !Number.isFinite(value)) return;
  event.preventDefault();
  const step = parameter.step * (event.shiftKey ? 10 : 1) * direction;
  const { min = -Infinity, max = Infinity } = parameter;
  onChange(String(Number(Math.min(max, Math.max(min, value + step)).toPrecision(12))));
}
