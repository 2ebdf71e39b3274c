/** The heading of a column. */
export interface Heading {
  readonly name: string;
  /** Aligned right, as numbers are. Default: `false`. */
  readonly isNumber?: boolean;
  /** Hidden on narrow pages: 1 first. Default: always shown. */
  readonly fold?: 1 | 2;
}

/** The head of a table with one row of headings. */
export function Headings({ headings }: { readonly headings: readonly Heading[] }) {
  return (
    <thead>
      <tr>
        {headings.map(({ name, isNumber = false, fold }) => (
          <th key={name} scope="col" class={classOf(isNumber, fold)}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function classOf(isNumber: boolean, fold: Heading['fold']): string | undefined {
  const names = [isNumber && 'right', fold && `fold-${fold}`].filter(Boolean);
  return names.length > 0 ? names.join(' ') : undefined;
}
