// The LZ4 block format, decoding only. Written for bytes that nobody vouches for: every length is
// compared with what is left of source and target before a byte moves.

/**
 * Decodes one block from `source` into the start of `target`.
 *
 * Returns the number of bytes written, or -1 when the block is malformed or wants more room.
 */
export function decodeBlock(source: Uint8Array, target: Uint8Array): number {
  const sourceEnd = source.length;
  const targetEnd = target.length;
  let from = 0;
  let to = 0;
  while (from < sourceEnd) {
    const token = source[from++]!;

    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= sourceEnd) return -1;
        more = source[from++]!;
        literals += more;
      }
    }
    if (literals > sourceEnd - from || literals > targetEnd - to) return -1;
    to = copyLiterals(source, from, target, to, literals);
    from += literals;
    if (from === sourceEnd) return to;

    if (sourceEnd - from < 2) return -1;
    const distance = source[from]! | (source[from + 1]! << 8);
    from += 2;
    if (distance === 0 || distance > to) return -1;

    let length = token & 15;
    if (length === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= sourceEnd) return -1;
        more = source[from++]!;
        length += more;
      }
    }
    length += 4;
    if (length > targetEnd - to) return -1;
    to = copyMatch(target, to, distance, length);
  }
  // A block ends with literals, so that the loop is left by its return.
  return -1;
}

// Short copies are quicker by hand than by a call that makes a view.
const BY_HAND = 48;

function copyLiterals(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): number {
  if (length > BY_HAND) {
    target.set(source.subarray(from, from + length), to);
    return to + length;
  }
  const end = to + length;
  while (to < end) target[to++] = source[from++]!;
  return end;
}

function copyMatch(target: Uint8Array, to: number, distance: number, length: number): number {
  const end = to + length;
  if (length > BY_HAND && distance === 1) {
    target.fill(target[to - 1]!, to, end);
  } else if (length > BY_HAND && distance >= length) {
    target.copyWithin(to, to - distance, to - distance + length);
  } else if (length > BY_HAND) {
    // The match overlaps itself: what has been written doubles the run that can be copied at once.
    const start = to - distance;
    let run = distance;
    while (to < end) {
      const step = Math.min(run, end - to);
      target.copyWithin(to, start, start + step);
      to += step;
      run += step;
    }
  } else {
    let from = to - distance;
    while (to < end) target[to++] = target[from++]!;
  }
  return end;
}
