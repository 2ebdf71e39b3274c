import { classNameOf } from './inspect.js';

/** What a run is called: the label, else the class of `this`, else the method. */
export function labelOf(label: string | undefined, self: unknown, method: string): string {
  if (label !== undefined) return label;
  const name = classNameOf(self);
  return name === '' || name === 'Object' || name === 'Function' ? method : name;
}
