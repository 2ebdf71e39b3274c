import type { SpanType } from '../../../contract/events.js';
import { shared } from '../../../support/shared-state.js';
import type { Span } from '../../../track/traces/span.js';
import { asText, isObject, methodOf, ownerOf, safeCall, safeGet } from '../../observe/inspect.js';

/** Prototypes of ax's own classes, by the name they are exported under: their names in the builds are minified. */
const exportedAs = shared('export names', () => new WeakMap<object, string>());

/** Says under which name ax exports the class of that prototype. */
export function nameClass(prototype: object, exported: string): void {
  exportedAs.set(prototype, exported);
}

/** What a program is to a reader of a trace. */
export interface ProgramLabel {
  readonly name: string;
  readonly type: SpanType;
}

/** Name and kind of a program, by what it can do and says of itself, and by what the program round it calls it. */
export function labelProgram(
  program: unknown,
  method: string,
  options: unknown,
  parent: Span | undefined,
): ProgramLabel {
  const type = typeOf(program);
  const own = agentName(program) ?? nodeName(parent?.subject, program) ?? traceLabel(program, options);
  return { name: own ?? `${className(program, type)}.${method}`, type };
}

/** ax's AxGen, one signature that is asked with retries, has a `forwardCore`. */
function typeOf(program: unknown): SpanType {
  if (methodOf(program, 'forwardCore') !== undefined) return 'LLM';
  return isAgent(program) ? 'AGENT' : 'CHAIN';
}

function isAgent(program: unknown): boolean {
  return safeGet(program, 'pipelineFlow') !== undefined || identityInside(program) !== undefined;
}

/** A child agent is called through what it bound when it was made: its flow may be the first of it that is seen. */
export function identityInside(flow: unknown): unknown {
  const nodes = safeGet(flow, 'nodeGenerators');
  if (!(nodes instanceof Map)) return undefined;
  for (const node of (nodes as Map<unknown, unknown>).values()) {
    const actor = safeGet(node, 'actor');
    if (actor !== undefined) return safeGet(actor, 'agentIdentity') ?? {};
  }
  return undefined;
}

/**
 * No further span: an agent runs its stages through a flow of its own, what streams may call its own `forward`, and an
 * override (`entry` is the class that owns the method) that of the class it extends.
 */
export function isPlumbing(program: unknown, parent: Span | undefined, entry: unknown): boolean {
  if (parent === undefined || program === undefined) return false;
  if (safeGet(parent.subject, 'pipelineFlow') === program) return true;
  return parent.subject === program && parent.entry !== entry;
}

function agentName(program: unknown): string | undefined {
  if (!isAgent(program)) return undefined;
  const identity = safeGet(program, 'agentIdentity') ?? identityInside(program);
  return asText(safeGet(safeGet(program, 'func'), 'name')) ?? asText(safeGet(identity, 'name'));
}

/** A flow names its nodes; so does the flow of an agent, whose nodes hold what they run. */
function nodeName(parent: unknown, program: unknown): string | undefined {
  const nodes = safeGet(safeGet(parent, 'pipelineFlow') ?? parent, 'nodeGenerators');
  if (!(nodes instanceof Map)) return undefined;
  for (const [name, node] of nodes as Map<unknown, unknown>) {
    const stage = safeGet(node, 'actor') ?? safeGet(node, 'responder');
    const runs = stage === undefined ? [node] : [safeGet(stage, 'actorProgram'), safeGet(stage, 'program')];
    if (runs.includes(program)) return asText(name);
  }
  return undefined;
}

/** A label that ax has made for a node is handed on to whatever runs in it, and says nothing there. */
function traceLabel(program: unknown, options: unknown): string | undefined {
  const label = asText(safeGet(options, 'traceLabel'));
  if (label !== undefined && !label.startsWith('Node:')) return label;
  return asText(safeGet(program, 'traceLabel')) ?? asText(safeGet(program, 'flowName'));
}

/** A method that only one class of ax has, and what the class is called. */
const MARKS: Readonly<Record<string, string>> = { forwardCore: 'AxGen', getNodePrograms: 'AxFlow' };

/** ax's own classes by their export or by what only they have, a user's class by its name. */
function className(program: unknown, type: SpanType): string {
  const prototype: unknown = isObject(program) ? Object.getPrototypeOf(program) : null;
  const exported = isObject(prototype) ? exportedAs.get(prototype) : undefined;
  if (exported !== undefined) return exported;
  const own = asText(safeGet(safeGet(program, 'constructor'), 'name'));
  for (const [method, name] of Object.entries(MARKS)) {
    const owner = ownerOf(prototype, method);
    if (owner !== undefined) return owner === prototype ? name : (own ?? name);
  }
  if (type === 'AGENT') return 'AxAgent';
  if (methodOf(program, 'rewardFn') !== undefined) return 'rounds' in (program as object) ? 'AxRefine' : 'AxBestOfN';
  return own ?? 'program';
}

/** `question:string -> answer:string`; `undefined` where the program has no signature. */
export function signatureOf(program: unknown): string | undefined {
  const text = safeCall(safeGet(program, 'signature'), 'toString');
  return typeof text === 'string' && text !== '[object Object]' ? text : undefined;
}
