// Coordinates of a voxel as people type them.

import type { Triple } from '../api/types';
import { check, type Checked } from './validate';

export interface CheckedVoxel {
  /** Null while a coordinate is wrong. */
  readonly voxel: Triple | null;
  /** What is wrong with x, y and z. */
  readonly errors: readonly (string | null)[];
}

function checkAxis(text: string, length: number): Checked {
  const checked = check(text, { kind: 'integer' });
  if ('error' in checked) return checked;
  const at = Number(checked.value);
  if (at >= 0 && at < length) return checked;
  return { error: length === 1 ? 'The area has no other voxel than 0 on this axis.' : `Enter 0 to ${length - 1}.` };
}

/** A voxel of an area of this size from three texts. */
export function checkVoxel(drafts: readonly string[], size: Triple): CheckedVoxel {
  const checked = size.map((length, axis) => checkAxis(drafts[axis] ?? '', length));
  const errors = checked.map((one) => ('error' in one ? one.error : null));
  const values = checked.map((one) => ('error' in one ? 0 : Number(one.value)));
  return { voxel: errors.some((error) => error !== null) ? null : (values as Triple), errors };
}
