import { isObject, methodOf, safeCall, safeGet } from '../../observe/inspect.js';
import { insideForward } from '../access/scope.js';

const nothing = (): void => undefined;

/** A tracer whose spans cannot start. ax then runs without one, and does not use the app's. */
const failingTracer = {
  startSpan: () => {
    throw new Error('no spans');
  },
};

/** Returns a service that passes its request to `capture` and then rejects, which ends the run. */
const capturing = (capture: (request: unknown) => void) => ({
  getId: () => 'certificate',
  getName: () => 'certificate',
  getFeatures: () => ({ functions: true, streaming: false, structuredOutputs: true }),
  getOptions: () => ({}),
  getLogger: () => nothing,
  getModelList: () => undefined,
  getLastUsedChatModel: () => undefined,
  getLastUsedEmbedModel: () => undefined,
  getLastUsedModelConfig: () => undefined,
  chat: (request: unknown) => {
    capture(request);
    return Promise.reject(new Error('the request is captured'));
  },
});

/**
 * Returns the request that a generator would send for this input, as JSON. ax itself renders it; nothing is sent. Use it on
 * copies only, because a run changes the program's own log.
 */
export async function renderRequest(generator: object, input: unknown): Promise<string> {
  const options = {
    debug: false,
    logger: nothing,
    tracer: failingTracer,
    meter: {},
    maxRetries: 0,
    stream: false,
    cachingFunction: () => Promise.resolve(undefined),
  };
  let request: string | undefined;
  const service = capturing((captured) => {
    request ??= JSON.stringify(captured);
  });
  const run = safeCall(generator, '_forward1', service, input, options);
  const next = methodOf(run, 'next');
  if (next === undefined) throw new Error('this version of ax has no _forward1 to render a request with');
  try {
    await insideForward(() => next.call(run));
  } catch (error) {
    if (request === undefined) throw error;
  }
  if (request !== undefined) return request;
  throw new Error('the program sends no request for this input');
}

/**
 * Returns inputs to render a generator with: at most `limit` examples that have its required fields, or else one input
 * with placeholders of the fields' types.
 */
export function inputsOf(generator: object, examples: readonly unknown[], limit: number): readonly object[] {
  const fields = safeCall(safeCall(generator, 'getSignature'), 'getInputFields');
  const required = (Array.isArray(fields) ? fields : []).filter((field) => safeGet(field, 'isOptional') !== true);
  const fitting = spread(examples, limit).filter(
    (example): example is object =>
      isObject(example) && required.every((field) => safeGet(example, String(safeGet(field, 'name'))) !== undefined),
  );
  if (fitting.length > 0) return fitting;
  return [Object.fromEntries(required.map((field) => [String(safeGet(field, 'name')), placeholder(field)]))];
}

/** Returns at most `limit` items: the first, the last and evenly spaced ones between them. */
function spread<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  const step = (items.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, i) => items[Math.round(i * step)] as T);
}

const PLACEHOLDERS: Readonly<Record<string, unknown>> = {
  string: 'text',
  code: 'code',
  number: 1,
  boolean: true,
  json: { key: 'value' },
  object: { key: 'value' },
  date: '2026-01-01',
  datetime: '2026-01-01T00:00:00Z',
  url: 'https://example.org',
};

function placeholder(field: unknown): unknown {
  const type = safeGet(field, 'type');
  const name = safeGet(type, 'name') ?? 'string';
  const options = safeGet(type, 'options');
  const value = name === 'class' && Array.isArray(options) ? options[0] : PLACEHOLDERS[String(name)];
  if (value === undefined)
    throw new Error(`no example has the field ${String(safeGet(field, 'name'))} (${String(name)})`);
  return safeGet(type, 'isArray') === true ? [value] : value;
}
