import type { SpanType } from '../../../contract/events.js';
import { settings } from '../../../support/settings.js';
import { shared } from '../../../support/shared-state.js';
import type { Span } from '../../../track/traces/span.js';
import { asArray, asText, isObject, methodOf, ownerOf, safeCall, safeGet } from '../../observe/inspect.js';

/** Export names of ax's classes by prototype, because class names in the builds are minified. */
const exportedAs = shared('export names', () => new WeakMap<object, string>());

/** Records the name under which ax exports the class of a prototype. */
export function nameClass(prototype: object, exported: string): void {
  exportedAs.set(prototype, exported);
}

/** The name and type of a program's span. */
export interface ProgramLabel {
  readonly name: string;
  readonly type: SpanType;
}

/**
 * Returns the name and type of a program's span: the agent's name, the name of the node in its flow, a trace label, or else
 * its class and method.
 */
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

/** Returns the span type. Only ax's AxGen has a `forwardCore`. */
function typeOf(program: unknown): SpanType {
  if (methodOf(program, 'forwardCore') !== undefined) return 'LLM';
  return isAgent(program) ? 'AGENT' : 'CHAIN';
}

function isAgent(program: unknown): boolean {
  return safeGet(program, 'pipelineFlow') !== undefined || identityInside(program) !== undefined;
}

/** Returns the identity of the agent in a flow. A child agent may be called through its flow, before the agent is seen. */
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
 * Returns whether a call gets no span because it is internal: an agent runs its stages through its own flow, a streaming
 * program may call its own `forward`, and an override calls that of its base class (`entry` is the class that owns the
 * method).
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

/** Returns the name of a program's node in its flow. The nodes of an agent's flow contain the programs that they run. */
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

/** Returns the user's trace label. ax passes its own label of a node (`Node:…`) on to everything inside; that is skipped. */
function traceLabel(program: unknown, options: unknown): string | undefined {
  const label = asText(safeGet(options, 'traceLabel'));
  if (label !== undefined && !label.startsWith('Node:')) return label;
  return asText(safeGet(program, 'traceLabel')) ?? asText(safeGet(program, 'flowName'));
}

/** Names of ax's classes by a method that only the class has. */
const MARKS: Readonly<Record<string, string>> = { forwardCore: 'AxGen', getNodePrograms: 'AxFlow' };

/** Returns the class name: for ax's own classes by their export or methods, for a user's class its own name. */
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

/**
 * Returns the signature, e.g. `question:string -> answer:string`; `undefined` if the program has none. Without its
 * descriptions if prompts are not captured.
 */
export function signatureOf(program: unknown): string | undefined {
  const signature = safeGet(program, 'signature');
  if (!settings().capture.prompts) return namesIn(signature);
  const text = safeCall(signature, 'toString');
  return typeof text === 'string' && text !== '[object Object]' ? text : undefined;
}

/** Returns the names and types of a signature's fields. */
function namesIn(signature: unknown): string | undefined {
  const sides = ['getInputFields', 'getOutputFields'].map((method) => asArray(safeCall(signature, method)));
  if (sides.includes(undefined)) return undefined;
  return sides.map((fields) => fields?.map(nameAndType).join(', ')).join(' -> ');
}

function nameAndType(field: unknown): string {
  const type = safeGet(field, 'type');
  const isArray = safeGet(type, 'isArray') === true ? '[]' : '';
  return `${String(safeGet(field, 'name'))}:${String(safeGet(type, 'name') ?? 'string')}${isArray}`;
}
