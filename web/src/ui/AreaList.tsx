// The list of areas: search, filters by group, and a tree of regions with live activity. It is also
// the way to read what fires where without seeing the 3D view.

import { computed, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { branches, type Area, type Group } from '../model/brain';
import { select } from '../model/selection';
import { change, settings } from '../model/settings';
import { brain, loaded, loadError } from '../model/store';
import { plural } from '../model/format';
import { AreaTree } from './AreaTree';
import { openDialog, sheet } from './dialogs';
import { Icon } from './icons';
import { focusArea } from './view';

const GROUPS: readonly { readonly group: Group; readonly label: string }[] = [
  { group: 'input', label: 'Input' },
  { group: 'output', label: 'Output' },
  { group: 'custom', label: 'Custom' },
  { group: 'memory', label: 'Memory' },
  { group: 'core', label: 'Core' },
];

const sought = signal('');
const filters = signal<ReadonlySet<Group>>(new Set());

/** Whether an area is one of those sought. Every word of the search has to occur in name, id or group. */
export function matches(area: Area, words: readonly string[], groups: ReadonlySet<Group>): boolean {
  if (groups.size > 0 && !groups.has(area.group)) return false;
  const text = `${area.name} ${area.id} ${area.group}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

const present = computed(() => new Set([...brain.value.areas.values()].map((area) => area.group)));

export function AreaList() {
  const words = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = filters.value;
  const narrowed = words.length > 0 || groups.size > 0;
  const found = useMemo(
    () => branches(brain.value, (area) => matches(area, words, groups), !narrowed),
    [brain.value, sought.value, groups],
  );
  const shown = found.reduce((sum, branch) => sum + branch.areas.length, 0);
  const closed = new Set(narrowed ? [] : settings.value.closedRegions);
  // A filter whose group is gone would hide everything without a chip to switch it off.
  useEffect(() => {
    const left = [...groups].filter((group) => present.value.has(group));
    if (left.length < groups.size) filters.value = new Set(left);
  }, [present.value]);
  return (
    <nav class={`panel left ${sheet.value === 'areas' ? 'open' : ''}`} aria-label="Cortical areas" data-testid="area-list" data-tour="areas">
      <div class="panel-head">
        <h2>Areas</h2>
        <span class="muted numbers" data-testid="area-count">
          {shown === brain.value.areas.size ? shown : `${shown} of ${brain.value.areas.size}`}
        </span>
        <span class="grow" />
        <button type="button" class="button icon" aria-label="Add area" title="Add area" data-testid="add-area" onClick={() => (openDialog.value = { kind: 'add-area' })}>
          <Icon name="plus" />
        </button>
      </div>
      <div class="panel-tools">
        <input
          class="input"
          type="search"
          placeholder="Search areas"
          aria-label="Search areas"
          data-testid="area-search"
          value={sought.value}
          onInput={(event) => (sought.value = event.currentTarget.value)}
        />
        <div class="chips" role="group" aria-label="Show only">
          {GROUPS.filter(({ group }) => present.value.has(group)).map(({ group, label }) => (
            <button
              key={group}
              type="button"
              class="chip"
              data-group={group}
              data-testid={`filter-${group}`}
              aria-pressed={groups.has(group)}
              onClick={() => toggleFilter(group)}
            >
              <span class="dot" aria-hidden="true" />
              {label}
            </button>
          ))}
        </div>
      </div>
      {shown > 0 || !narrowed ? (
        <AreaTree branches={found} closed={closed} onToggle={toggleRegion} onSelect={select} onOpen={focusArea} />
      ) : (
        <p class="empty">
          No area matches.{' '}
          <button type="button" class="button quiet" onClick={clearSearch}>
            Show all
          </button>
        </p>
      )}
      {!loaded.value && <p class="empty">{loadError.value ? loadError.value.message : 'Loading areas…'}</p>}
      <p class="visually-hidden" role="status">
        {narrowed ? `${plural(shown, 'area')} found` : ''}
      </p>
    </nav>
  );
}

function toggleFilter(group: Group): void {
  const next = new Set(filters.value);
  if (!next.delete(group)) next.add(group);
  filters.value = next;
}

function toggleRegion(id: string, open: boolean): void {
  const rest = settings.value.closedRegions.filter((one) => one !== id);
  change({ closedRegions: open ? rest : [...rest, id] });
}

function clearSearch(): void {
  sought.value = '';
  filters.value = new Set();
}
