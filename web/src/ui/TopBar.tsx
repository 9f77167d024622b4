// The bar on top: which brain, whether it is connected, how fast it runs, and what can be done with
// all of it.

import { useEffect, useRef, useState } from 'preact/hooks';
import * as engine from '../api/engine';
import { asApiError } from '../api/client';
import { redo, undo } from '../model/edits';
import { count, number } from '../model/format';
import { history, historyTitle } from '../model/history';
import { connection, engineState, loss, setEngine } from '../model/live-state';
import { parseNumber } from '../model/validate';
import { settings } from '../model/settings';
import { title } from '../model/store';
import { toast } from '../model/toasts';
import { nextTheme, stepOnce, togglePause } from './actions';
import { openDialog } from './dialogs';
import { Icon, type IconName } from './icons';

export function TopBar() {
  return (
    <header class="panel bar" data-testid="top-bar">
      <h1 class="brand" data-testid="genome-title" title={title.value}>
        <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r="3" />
          <path d="M10 1.5v4M10 14.5v4M1.5 10h4M14.5 10h4M4 4l2.8 2.8M13.2 13.2 16 16M4 16l2.8-2.8M13.2 6.8 16 4" />
        </svg>
        <span>{title.value || 'FEAGI'}</span>
      </h1>
      <ConnectionState />
      <span class="grow" />
      <Clock />
      <Engine />
      <span class="bar-gap" />
      <History />
      <span class="bar-gap" />
      <Menus />
    </header>
  );
}

const CONNECTION_TEXT = { connecting: 'Connecting', open: 'Live', closed: 'Offline', polled: 'No live stream' } as const;

function ConnectionState() {
  const now = connection.value;
  const kind = now.kind === 'closed' && now.answers ? 'polled' : now.kind;
  const lost = loss.value;
  const busy = kind === 'open' && engineState.value.loading;
  const share = Math.max(1, Math.round(lost.share * 100));
  return (
    <>
      <span class={`state ${kind}`} data-testid="connection" data-state={kind} title={now.kind === 'open' ? `Protocol ${now.protocol || 'unknown'}` : undefined}>
        <span class="state-dot" aria-hidden="true" />
        <span class="state-text">{busy ? 'Developing…' : CONNECTION_TEXT[kind]}</span>
      </span>
      {lost.dropped > 0 && (
        <span
          class="state dropped"
          tabIndex={0}
          data-testid="dropped"
          aria-describedby="dropped-why"
        >
          {count(lost.dropped)} skipped <span class="wide-only">({share} %)</span>
          <span class="why" id="dropped-why" role="tooltip">
            In the last 10 seconds {count(lost.dropped)} bursts ({share} %) were not drawn, because this page or its connection was busy. The brain never waits for viewers, and what you see is always the newest burst.
          </span>
        </span>
      )}
    </>
  );
}

function Clock() {
  const { burst, paused, rateMeasured, loading } = engineState.value;
  const told = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (told.current) told.current.textContent = loading ? 'Loading a genome' : paused ? `Paused at burst ${burst ?? 0}` : 'Running';
  }, [paused, loading]);
  return (
    <div class="clock">
      <span class="clock-item">
        <span class="muted">Burst</span>
        <b class="numbers" data-testid="burst">
          {burst === null ? '–' : count(burst)}
        </b>
      </span>
      <span class="clock-item wide-only">
        <span class="muted">{paused ? 'Paused' : 'Measured'}</span>
        <b class="numbers" data-testid="rate-measured">
          {rateMeasured === null ? '–' : `${rateMeasured < 99.95 ? rateMeasured.toFixed(1) : count(rateMeasured)} Hz`}
        </b>
      </span>
      <RateField />
      <p class="visually-hidden" role="status" ref={told} />
    </div>
  );
}

const RATE_MIN = 0.01;
const RATE_MAX = 100_000;

function RateField() {
  const { rateSet } = engineState.value;
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const shown = draft ?? (rateSet === null ? '' : number(rateSet, 5));
  const apply = async () => {
    if (draft === null) return;
    const hz = parseNumber(draft);
    if (hz === null || hz < RATE_MIN || hz > RATE_MAX) {
      setError(`Enter bursts a second, ${RATE_MIN} to ${count(RATE_MAX)}.`);
      return;
    }
    try {
      await engine.setTimestep(1 / hz);
      setEngine({ rateSet: hz });
      toast('done', `The brain runs at ${number(hz, 5)} bursts a second.`);
      setDraft(null);
      setError(null);
    } catch (thrown) {
      setError(asApiError(thrown).message);
    }
  };
  return (
    <form class="rate" noValidate onSubmit={(event) => (event.preventDefault(), void apply())}>
      <label class="muted" for="rate">
        Rate
      </label>
      <input
        id="rate"
        class="input"
        inputMode="decimal"
        autocomplete="off"
        value={shown}
        aria-invalid={error ? 'true' : 'false'}
        aria-describedby={error ? 'rate-error' : 'rate-unit'}
        title="Bursts a second; Enter applies"
        data-testid="rate"
        onInput={(event) => (setDraft(event.currentTarget.value), setError(null))}
        onBlur={() => !error && void apply()}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          setDraft(null);
          setError(null);
        }}
      />
      <span id="rate-unit" class="muted">
        Hz<span class="visually-hidden">, bursts a second; Enter applies</span>
      </span>
      {error && (
        <p id="rate-error" class="form-error rate-error" role="alert" data-testid="error-rate">
          {error}
        </p>
      )}
    </form>
  );
}

function Engine() {
  const { paused } = engineState.value;
  return (
    <>
      <BarButton icon={paused ? 'play' : 'pause'} label={paused ? 'Resume' : 'Pause'} keys="Space" testid="pause" pressed={paused} onClick={() => void togglePause()} />
      <BarButton icon="step" label="Step one burst" keys="." testid="step" onClick={() => void stepOnce()} />
    </>
  );
}

function History() {
  const lists = history.value;
  return (
    <>
      <BarButton icon="undo" label={historyTitle('Undo', lists?.undo ?? null, 'Ctrl+Z')} testid="undo" disabled={!lists?.undo.length} onClick={() => void undo()} />
      <BarButton icon="redo" label={historyTitle('Redo', lists?.redo ?? null, 'Ctrl+Shift+Z')} testid="redo" disabled={!lists?.redo.length} onClick={() => void redo()} />
    </>
  );
}

const THEME_ICON = { system: 'system', dark: 'moon', light: 'sun' } as const;

function Menus() {
  const theme = settings.value.theme;
  return (
    <div class="menus">
      <button type="button" class="button" data-testid="genome-menu" data-tour="do" onClick={() => (openDialog.value = { kind: 'genome' })}>
        <Icon name="file" /> <span class="wide-only">Load or save</span>
        <span class="visually-hidden narrow-only">Load or save</span>
      </button>
      <BarButton icon="layers" label="What the view shows" testid="show" onClick={() => (openDialog.value = { kind: 'show' })} />
      <BarButton icon={THEME_ICON[theme]} label={`Theme: ${theme}`} testid="theme" onClick={nextTheme} />
      <BarButton icon="help" label="Help and shortcuts" keys="?" testid="help" onClick={() => (openDialog.value = { kind: 'help' })} />
    </div>
  );
}

interface BarButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly keys?: string;
  readonly testid: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function BarButton({ icon, label, keys, testid, disabled, pressed, onClick }: BarButtonProps) {
  return (
    <button
      type="button"
      class={`button icon ${pressed ? 'is-on' : 'quiet'}`}
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      aria-disabled={disabled ? 'true' : undefined}
      data-testid={testid}
      onClick={() => !disabled && onClick()}
    >
      <Icon name={icon} />
    </button>
  );
}
