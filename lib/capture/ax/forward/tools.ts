import { mayTrace, openedSpan, openSpan } from '../../../track/traces/open.js';
import type { Span } from '../../../track/traces/span.js';
import { safely } from '../../guard.js';
import { type Callable, isObject, methodOf, safeGet } from '../../inspect.js';
import { followSpan } from './follow-span.js';

/** Functions by which ax has the model give its answer: they do nothing. */
const RESERVED: ReadonlySet<unknown> = new Set(['__axOutput', '__finalResult']);

/**
 * The functions that a model may call, as ones that do the same in a span of their own. They are copied anew each time, as
 * an optimizer may have rewritten a description; ax copies its functions, too.
 */
export function watchTools(functions: readonly unknown[]): readonly unknown[] {
  return functions.map((fn) => {
    const func = methodOf(fn, 'func');
    return !isObject(fn) || func === undefined || RESERVED.has(safeGet(fn, 'name')) ? fn : copyOf(fn, func);
  });
}

function copyOf(fn: object, func: Callable): object {
  const value = new Proxy(func, {
    apply: (target, self: unknown, args: unknown[]) => {
      const run = () => Reflect.apply(target, self === copy ? fn : self, args) as unknown;
      const inputs = safeGet(fn, 'parameters') === undefined ? {} : args[0];
      return traceTool(String(safeGet(fn, 'name')), fn, inputs, run);
    },
  });
  const watched = { value, configurable: true, enumerable: true, writable: true };
  const descriptors = { ...Object.getOwnPropertyDescriptors(fn), func: watched };
  const copy: object = Object.create(Object.getPrototypeOf(fn) as object | null, descriptors);
  return copy;
}

/** Runs a call of a function in a span of its own, inside a trace that is going on. */
export function traceTool(
  name: string,
  subject: unknown,
  inputs: unknown,
  run: () => unknown,
  type: 'TOOL' | 'RETRIEVER' = 'TOOL',
): unknown {
  if (!mayTrace() || openedSpan() === undefined) return run();
  let span: Span | undefined;
  safely(() => {
    span = openSpan({ name, type, inputs, subject, attributes: descriptionOf(subject) });
  });
  return span === undefined ? run() : followSpan(span, run);
}

function descriptionOf(subject: unknown): Record<string, unknown> {
  const description = safeGet(subject, 'description');
  return typeof description === 'string' && description !== '' ? { description } : {};
}
