// Loading and saving: genomes, whole brains, built-in genomes.

import * as genome from '../api/genome';
import { loadBuiltIn, loadFile, loading, saveBrain, saveGenome } from '../model/loading';
import { useAsked } from './asked';
import { Dialog } from './Dialog';
import { close } from './dialogs';
import { Icon } from './icons';

export function GenomeDialog() {
  const builtIn = useAsked(genome.builtIn, []);
  const busy = loading.value.kind === 'busy';
  return (
    <Dialog title="Load or save" testid="genome-dialog" onClose={close}>
      <section class="part">
        <h3>Load</h3>
        <label class={`drop-zone ${busy ? 'is-busy' : ''}`}>
          <Icon name="file" />
          <span>
            <b>Choose a file</b> or drop it anywhere on the page
          </span>
          <span class="help">A genome (.genome, .json) is developed into a new brain. A saved brain (.connectome) goes on where it was.</span>
          <input
            type="file"
            class="visually-hidden"
            accept=".genome,.json,.connectome"
            disabled={busy}
            data-testid="genome-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              // The same file may be chosen again after it was mended.
              event.currentTarget.value = '';
              if (file) void loadFile(file);
            }}
          />
        </label>
        <LoadState />
      </section>
      <section class="part">
        <h3>Built-in genomes</h3>
        <div class="buttons">
          {builtIn.value?.map((name) => (
            <button key={name} type="button" class="button" disabled={busy} data-testid={`builtin-${name}`} onClick={() => void loadBuiltIn(name)}>
              {name}
            </button>
          ))}
        </div>
        {builtIn.error && <p class="muted">{builtIn.error.message}</p>}
      </section>
      <section class="part">
        <h3>Save</h3>
        <div class="buttons">
          <button type="button" class="button" data-testid="save-genome" onClick={() => void saveGenome()}>
            <Icon name="download" /> Genome
          </button>
          <button type="button" class="button" data-testid="save-brain" onClick={() => void saveBrain()}>
            <Icon name="download" /> Brain with its state
          </button>
        </div>
        <p class="help muted">The genome describes how the brain is built. The brain holds every neuron and synapse as they are now.</p>
      </section>
    </Dialog>
  );
}

/** What became of the last file: progress, result or refusal in full. */
export function LoadState() {
  const now = loading.value;
  switch (now.kind) {
    case 'idle':
      return null;
    case 'busy':
      return (
        <div role="status" data-testid="load-busy">
          <p>{now.share === null ? `Developing ${now.name}…` : `Sending ${now.name}, ${Math.round(now.share * 100)} %`}</p>
          <progress aria-label={`Loading ${now.name}`} max={1} {...(now.share === null ? {} : { value: now.share })} />
        </div>
      );
    case 'done':
      return (
        <div role="status" class="note" data-testid="load-done">
          <p>
            <b>{now.name}</b>: {now.text}
          </p>
          {now.warnings.length > 0 && (
            <ul class="warnings">
              {now.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          )}
        </div>
      );
    case 'refused':
      return (
        <div role="alert" class="form-error" data-testid="load-refused">
          <p>{now.name} was refused; the brain that runs is as it was.</p>
          <p>{now.text}</p>
        </div>
      );
    case 'unknown':
      return (
        <div role="alert" class="form-error" data-testid="load-unknown">
          <p>Nobody knows yet whether {now.name} was loaded; the title at the top of the page tells which brain runs.</p>
          <p>{now.text}</p>
        </div>
      );
  }
}
