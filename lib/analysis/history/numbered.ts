interface Draft {
  readonly index: number | null;
}

/**
 * Drafts by index, each with the one it has. One that never said its own takes the lowest that is free, in order of
 * appearance: where a beginning is lost, those are the gaps.
 */
export function numbered<D extends Draft>(
  drafts: Iterable<D>,
): readonly { readonly index: number; readonly draft: D }[] {
  const all = [...drafts];
  const taken = new Set(all.map(({ index }) => index));
  let free = 0;
  const next = (): number => {
    while (taken.has(free)) free += 1;
    taken.add(free);
    return free;
  };
  return all.map((draft) => ({ draft, index: draft.index ?? next() })).sort((a, b) => a.index - b.index);
}
