// Coordinates of a voxel as people type them.

import type { Triple } from '../api/types';
import { check } from './validate';

export interface CheckedVoxel {
  /** Null while a coordinate is wrong. */
  readonly voxel: Triple | null;
  /** What is wrong with x, y and z. */
  readonly errors: readonly (string | null)[];
}

/** A voxel of an area of this size from three texts. */
export function checkVoxel(drafts: readonly string[], size: Triple): CheckedVoxel {
  const checked = size.map((length, axis) => check(drafts[axis] ?? '', { kind: 'integer', min: 0, max: length - 1 }));
  const errors = checked.map((one) => ('error' in one ? one.error : null));
  const values = checked.map((one) => ('error' in one ? 0 : Number(one.value)));
  return { voxel: errors.some((error) => error !== null) ? null : (values as Triple), errors };
}
