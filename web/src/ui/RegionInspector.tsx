// One region: its name, what is in it, and what can be done with it.

import { useState } from 'preact/hooks';
import { asApiError } from '../api/client';
import type { Region } from '../model/brain';
import { deleteRegion, orToast, renameRegion } from '../model/edits';
import type { Parameter } from '../model/parameters';
import { check } from '../model/validate';
import { select } from '../model/selection';
import { brain } from '../model/store';
import { Facts } from './Facts';
import { Field } from './Field';
import { InspectorHead } from './Inspector';

const TITLE: Parameter = { field: 'region_title', label: 'Name', kind: 'text', help: 'What people call the region.' };

export function RegionInspector({ region }: { region: Region }) {
  const [title, setTitle] = useState(region.title);
  const [refused, setRefused] = useState<string | null>(null);
  const isRoot = region.id === brain.value.root;
  const checked = check(title, TITLE);
  const error = 'error' in checked ? checked.error : (refused ?? undefined);
  const rename = async () => {
    if ('error' in checked) return;
    try {
      await renameRegion(region.id, String(checked.value));
    } catch (thrown) {
      setRefused(asApiError(thrown).message);
    }
  };
  return (
    <>
      <InspectorHead title={region.title} kind={isRoot ? 'Root region: input, output and core areas' : 'Region: a group of areas'} />
      <div class="panel-body scroll">
        <Facts
          facts={[
            ['Areas', region.areas.length],
            ['Regions inside', region.regions.length],
          ]}
        />
        <ul class="links">
          {region.areas.map((id) => (
            <li key={id}>
              <button type="button" class="link" onClick={() => select({ kind: 'area', id })}>
                {brain.value.areas.get(id)?.name}
              </button>
            </li>
          ))}
        </ul>
        <form noValidate class="area-form" onSubmit={(event) => (event.preventDefault(), void rename())}>
          <Field scope="region" parameter={TITLE} draft={title} error={error} changed={title !== region.title} onChange={(draft) => (setTitle(String(draft)), setRefused(null))} />
          <div class="buttons">
            <button type="submit" class="button" disabled={title === region.title || 'error' in checked}>
              Rename
            </button>
            <button type="button" class="button danger" disabled={isRoot} title={isRoot ? 'Every brain has its root region' : 'Delete; it can be undone'} onClick={() => void orToast(() => deleteRegion(region.id, region.title))}>
              Delete
            </button>
          </div>
        </form>
      </div>
    </>
  );
}
