// Regions and their areas as a tree (one tab stop, arrow keys inside). Activity is written straight
// into the rows ten times a second: rendering hundreds of rows that often would cost whole bursts.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { voxelCount, type Area, type Branch } from '../model/brain';
import { barWidth } from '../model/activity';
import { orToast, setVisible } from '../model/edits';
import { compact } from '../model/format';
import { activity } from '../model/live';
import { selection, type Selection } from '../model/selection';
import { Icon } from './icons';

interface AreaTreeProps {
  readonly branches: readonly Branch[];
  readonly closed: ReadonlySet<string>;
  readonly onToggle: (region: string, open: boolean) => void;
  readonly onSelect: (selection: Selection) => void;
  /** Enter, or a second click: look at it. */
  readonly onOpen: (area: Area) => void;
}

const REFRESH_MS = 100;
const TYPE_AHEAD_MS = 700;
/** What may begin a name. Other keys are shortcuts of the page, also here. */
const TYPED = /^[\p{L}\p{N}]$/u;

type Row = { readonly key: string; readonly text: string; readonly region: Branch | null; readonly area: Area | null };

function rowsOf(branches: readonly Branch[], closed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const hidden = new Set<string>();
  for (const branch of branches) {
    const { region } = branch;
    if (region.parent !== null && (hidden.has(region.parent) || closed.has(region.parent))) {
      hidden.add(region.id);
      continue;
    }
    rows.push({ key: `r ${region.id}`, text: region.title, region: branch, area: null });
    if (closed.has(region.id)) continue;
    for (const area of branch.areas) rows.push({ key: `a ${area.id}`, text: area.name, region: branch, area });
  }
  return rows;
}

export function AreaTree(props: AreaTreeProps) {
  const { branches, closed, onToggle, onSelect, onOpen } = props;
  const rows = rowsOf(branches, closed);
  const [active, setActive] = useState<string | null>(null);
  const tree = useRef<HTMLUListElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const now = selection.value;
  const selectedKey = now ? (now.kind === 'region' ? `r ${now.id}` : `a ${now.id}`) : null;
  const activeKey = rows.some((row) => row.key === active) ? active : rows.some((row) => row.key === selectedKey) ? selectedKey : rows[0]?.key;
  useEffect(refreshing, []);

  useEffect(() => {
    // What was chosen in the 3D view comes into sight here too.
    if (selectedKey) element(tree.current, selectedKey)?.scrollIntoView({ block: 'nearest' });
  }, [selectedKey]);

  const go = (row: Row | undefined) => {
    if (!row) return;
    setActive(row.key);
    const found = element(tree.current, row.key);
    found?.focus();
    found?.scrollIntoView({ block: 'nearest' });
  };
  const choose = (row: Row) => onSelect(row.area ? { kind: 'area', id: row.area.id } : { kind: 'region', id: row.region?.region.id ?? '' });

  const onKeyDown = (event: KeyboardEvent) => {
    // The buttons in rows have their own keys, and the page's.
    if (event.target instanceof HTMLButtonElement) return;
    const at = rows.findIndex((row) => row.key === activeKey);
    const row = rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const region = row.region?.region.id ?? '';
    const isOpen = !closed.has(region);
    const actions: Record<string, () => void> = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      ArrowRight: () => (row.area ? undefined : isOpen ? go(rows[at + 1]) : onToggle(region, true)),
      ArrowLeft: () => (row.area ? go(rows.find((one) => one.key === `r ${region}`)) : onToggle(region, false)),
      Enter: () => (row.area ? (choose(row), onOpen(row.area)) : choose(row)),
      ' ': () => choose(row),
    };
    const action = actions[event.key];
    if (action) action();
    else if (TYPED.test(event.key)) go(typeAhead(rows, at, event.key, typed.current));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <ul ref={tree} class="tree scroll" role="tree" aria-label="Areas by region" onKeyDown={onKeyDown}>
      {rows.map((row) =>
        row.area ? (
          <AreaRow key={row.key} row={row} area={row.area} depth={(row.region?.depth ?? 0) + 2} active={row.key === activeKey} selected={row.key === selectedKey} onPick={() => (setActive(row.key), choose(row))} onOpen={onOpen} />
        ) : (
          <RegionRow key={row.key} row={row} open={!closed.has(row.region?.region.id ?? '')} active={row.key === activeKey} selected={row.key === selectedKey} onPick={() => (setActive(row.key), choose(row))} onToggle={onToggle} />
        ),
      )}
    </ul>
  );
}

function typeAhead(rows: readonly Row[], at: number, key: string, typed: { text: string; at: number }): Row | undefined {
  const now = performance.now();
  typed.text = now - typed.at > TYPE_AHEAD_MS ? key : typed.text + key;
  typed.at = now;
  const text = typed.text.toLowerCase();
  const start = text.length === 1 ? at + 1 : at;
  const turned = [...rows.slice(start), ...rows.slice(0, start)];
  return turned.find((row) => row.text.toLowerCase().startsWith(text));
}

function element(tree: HTMLElement | null, key: string): HTMLElement | null {
  return tree?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}

interface RowProps {
  readonly row: Row;
  readonly active: boolean;
  readonly selected: boolean;
  readonly onPick: () => void;
}

function RegionRow({ row, open, active, selected, onPick, onToggle }: RowProps & { open: boolean; onToggle: AreaTreeProps['onToggle'] }) {
  const branch = row.region;
  if (!branch) return null;
  return (
    <li
      class="row region-row"
      role="treeitem"
      aria-level={branch.depth + 1}
      aria-expanded={open}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      data-key={row.key}
      data-testid={`region-${branch.region.id}`}
      style={{ '--depth': branch.depth }}
      onClick={onPick}
    >
      <span class={`twist ${open ? 'is-open' : ''}`} onClick={(event) => (event.stopPropagation(), onToggle(branch.region.id, !open))}>
        <Icon name="chevron" />
      </span>
      <span class="name">{branch.region.title}</span>
      <span class="muted numbers">{branch.areas.length}</span>
    </li>
  );
}

function AreaRow({ row, area, depth, active, selected, onPick, onOpen }: RowProps & { area: Area; depth: number; onOpen: (area: Area) => void }) {
  const item = useRef<HTMLLIElement>(null);
  const neurons = voxelCount(area.dimensions) * area.perVoxel;
  // Whether it is shown stands in the class that activity is written to.
  useLayoutEffect(() => shownRow(item.current, area.id, neurons), [area.id, neurons, area.visible]);
  const label = area.visible ? `Hide ${area.name}` : `Show ${area.name}`;
  return (
    <li
      ref={item}
      class={`row area-row ${area.visible ? '' : 'is-hidden'}`}
      role="treeitem"
      aria-level={depth}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      data-key={row.key}
      data-group={area.group}
      data-area={area.id}
      data-testid={`area-${area.id}`}
      style={{ '--depth': depth - 2 }}
      title={`${area.name}, ${area.dimensions.join(' × ')} voxels`}
      onClick={onPick}
      onDblClick={() => onOpen(area)}
    >
      <span class="dot" aria-hidden="true" />
      <span class="name">{area.name}</span>
      <span class="fired numbers">
        <span class="fired-number">0</span>
        <span class="visually-hidden"> fired</span>
      </span>
      <button
        type="button"
        class="button quiet icon row-button"
        tabIndex={selected ? 0 : -1}
        aria-label={label}
        title={label}
        data-testid={`visible-${area.id}`}
        onClick={(event) => {
          event.stopPropagation();
          void orToast(() => setVisible(area, !area.visible));
        }}
      >
        <Icon name={area.visible ? 'eye' : 'eye-off'} />
      </button>
      <span class="activity" aria-hidden="true">
        <span class="activity-fill" />
      </span>
    </li>
  );
}

/** A row as activity is written into it: its parts are found once, and nothing is written that stands there. */
interface LiveRow {
  readonly area: string;
  readonly neurons: number;
  readonly row: HTMLElement;
  readonly text: Element;
  readonly fill: HTMLElement;
  told: number;
}

const liveRows = new Set<LiveRow>();

function shownRow(row: HTMLElement | null, area: string, neurons: number): (() => void) | undefined {
  const text = row?.querySelector('.fired-number');
  const fill = row?.querySelector<HTMLElement>('.activity-fill');
  if (!row || !text || !fill) return undefined;
  const live = { area, neurons, row, text, fill, told: -1 };
  liveRows.add(live);
  return () => void liveRows.delete(live);
}

function refreshing(): () => void {
  const timer = setInterval(() => {
    if (document.hidden) return;
    for (const live of liveRows) {
      const fired = activity.fired(live.area);
      if (fired === live.told) continue;
      live.told = fired;
      live.text.textContent = compact(fired);
      live.fill.style.transform = `scaleX(${barWidth(fired, live.neurons)})`;
      live.row.classList.toggle('is-firing', fired > 0);
    }
  }, REFRESH_MS);
  return () => clearInterval(timer);
}
