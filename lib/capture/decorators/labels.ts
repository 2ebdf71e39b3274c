import { types } from 'node:util';
import { axLabelOf } from '../ax/access/labels.js';
import { classNameOf } from '../inspect.js';

/** What a run is called: the label, else the class of `this` (ax's own, whose names are minified, as ax exports them), else the method. */
export function labelOf(label: string | undefined, self: unknown, method: string): string {
  if (label !== undefined) return label;
  const prototype =
    typeof self === 'object' && self !== null && !types.isProxy(self)
      ? (Object.getPrototypeOf(self) as object | null)
      : null;
  const name = (prototype && axLabelOf(prototype)) ?? classNameOf(self);
  return name === '' || name === 'Object' || name === 'Function' ? method : name;
}
