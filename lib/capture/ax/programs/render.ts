import { isObject, methodOf, safeCall, safeGet } from '../../observe/inspect.js';
import { insideForward } from '../access/scope.js';

const nothing = (): void => undefined;

/** Refuses to start spans and instruments, which ax takes as having none: those of the app are not asked. */
const silent = {
  startSpan: () => {
    throw new Error('no spans');
  },
};

/** A service that hands its first request over and never answers: that ends the run. */
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
    return Promise.reject(new Error('the request is known'));
  },
});

/**
 * The request that a generator of ax would send for this input, as JSON: rendered by ax itself, up to the moment of
 * sending. Only for copies: a run changes the program's own log.
 */
export async function renderRequest(generator: object, input: unknown): Promise<string> {
  const options = {
    debug: false,
    logger: nothing,
    tracer: silent,
    meter: {},
    maxRetries: 0,
    stream: false,
    cachingFunction: () => Promise.resolve(undefined),
  };
  let request: string | undefined;
  const service = capturing((asked) => {
    request ??= JSON.stringify(asked);
  });
  const run = safeCall(generator, '_forward1', service, input, options);
  const next = methodOf(run, 'next');
  if (next === undefined) throw new Error('this version of ax does not show how it runs a program');
  try {
    await insideForward(() => next.call(run));
  } catch (error) {
    if (request === undefined) throw error;
  }
  if (request !== undefined) return request;
  throw new Error('it sends no request for this input');
}

/**
 * Inputs to render a generator with: at most `most` of the examples, where they have its required fields; failing that,
 * one that is made up from the fields' types.
 */
export function inputsOf(generator: object, examples: readonly unknown[], most: number): readonly object[] {
  const fields = safeCall(safeCall(generator, 'getSignature'), 'getInputFields');
  const required = (Array.isArray(fields) ? fields : []).filter((field) => safeGet(field, 'isOptional') !== true);
  const fitting = spread(examples, most).filter(
    (example): example is object =>
      isObject(example) && required.every((field) => safeGet(example, String(safeGet(field, 'name'))) !== undefined),
  );
  if (fitting.length > 0) return fitting;
  return [Object.fromEntries(required.map((field) => [String(safeGet(field, 'name')), madeUp(field)]))];
}

/** First, last and evenly between. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)] as T);
}

const MADE_UP: Readonly<Record<string, unknown>> = {
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

function madeUp(field: unknown): unknown {
  const type = safeGet(field, 'type');
  const name = safeGet(type, 'name') ?? 'string';
  const options = safeGet(type, 'options');
  const value = name === 'class' && Array.isArray(options) ? options[0] : MADE_UP[String(name)];
  if (value === undefined)
    throw new Error(`no example has the field ${String(safeGet(field, 'name'))} (${String(name)})`);
  return safeGet(type, 'isArray') === true ? [value] : value;
}
