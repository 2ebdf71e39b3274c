import { activeSpan, canOpenSpan, openSpan } from '../../../track/traces/open.js';
import { guard } from '../../observe/guard.js';
import { asText, type Callable, isObject, methodOf, safeGet } from '../../observe/inspect.js';
import { followSpan } from './follow-span.js';

/** Functions that ax defines for the model to return its answer. They do nothing, so they are not traced. */
const RESERVED: ReadonlySet<unknown> = new Set(['__axOutput', '__finalResult']);

/**
 * Returns copies of the functions that a model may call, each of which runs in a span. They are copied for each call,
 * because an optimizer may rewrite a description; ax copies its functions too.
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

/** A function call by a model or by an agent's code. */
export interface ToolCall {
  readonly name: string;
  /** The function object in the program's list. */
  readonly subject?: unknown;
  readonly inputs: unknown;
  readonly type?: 'TOOL' | 'RETRIEVER';
}

/** Runs a function call in a span if a trace is open. */
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
