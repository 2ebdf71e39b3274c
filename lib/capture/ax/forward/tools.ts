import { activeSpan, canOpenSpan, openSpan } from '../../../track/traces/open.js';
import { guard } from '../../observe/guard.js';
import { asText, type Callable, isObject, methodOf, safeGet } from '../../observe/inspect.js';
import { followSpan } from './follow-span.js';

/** Functions by which ax has the model give its answer: they do nothing. */
const RESERVED: ReadonlySet<unknown> = new Set(['__axOutput', '__finalResult']);

/**
 * The functions that a model may call, as ones that do the same in a span of their own. They are copied anew each time, as
 * an optimizer may have rewritten a description; ax copies its functions, too.
 */
export function traceTools(functions: readonly unknown[]): readonly unknown[] {
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
      return traceTool({ name: String(safeGet(fn, 'name')), subject: fn, inputs }, run);
    },
  });
  const watched = { value, configurable: true, enumerable: true, writable: true };
  const descriptors = { ...Object.getOwnPropertyDescriptors(fn), func: watched };
  const copy: object = Object.create(Object.getPrototypeOf(fn) as object | null, descriptors);
  return copy;
}

/** A call of a function that a model, or an agent's code, may make. */
export interface ToolCall {
  readonly name: string;
  /** The function as its program lists it. */
  readonly subject?: unknown;
  readonly inputs: unknown;
  readonly type?: 'TOOL' | 'RETRIEVER';
}

/** Runs a call of a function in a span of its own, inside a trace that is going on. */
export function traceTool({ name, subject, inputs, type = 'TOOL' }: ToolCall, run: () => unknown): unknown {
  if (!canOpenSpan() || activeSpan() === undefined) return run();
  const span = guard('opening the span of a tool', () =>
    openSpan({ name, type, inputs, subject, attributes: descriptionOf(subject) }),
  );
  return span === undefined ? run() : followSpan(span, run);
}

function descriptionOf(subject: unknown): Record<string, unknown> {
  const description = asText(safeGet(subject, 'description'));
  return description ? { description } : {};
}
