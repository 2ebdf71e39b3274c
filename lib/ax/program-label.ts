import type { SpanType } from '../events.js';
import type { Span } from '../traces/span.js';
import { ask, isBag, methodOf, read } from './types.js';

/** Prototypes of ax's own classes, by the name they are exported under: their names in the builds are minified. */
const exportedAs = new WeakMap<object, string>();

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
export function labelProgram(program: unknown, options: unknown, parent: Span | undefined): ProgramLabel {
  const type = typeOf(program);
  const own = agentName(program) ?? nodeName(parent?.subject, program) ?? traceLabel(program, options);
  return { name: own ?? `${className(program, type)}.forward`, type };
}

function typeOf(program: unknown): SpanType {
  if (isGenerator(program)) return 'LLM';
  return isAgent(program) ? 'AGENT' : 'CHAIN';
}

/** ax's AxGen: one signature, asked with retries. */
export function isGenerator(program: unknown): boolean {
  return methodOf(program, 'forwardCore') !== undefined;
}

function isAgent(program: unknown): boolean {
  return read(program, 'pipelineFlow') !== undefined || read(program, 'actorProgram') !== undefined;
}

/** An agent runs its stages through a flow of its own, which nobody asked for. */
export function isPlumbing(program: unknown, parent: Span | undefined): boolean {
  return parent !== undefined && program !== undefined && read(parent.subject, 'pipelineFlow') === program;
}

function agentName(program: unknown): string | undefined {
  if (!isAgent(program)) return undefined;
  return text(read(read(program, 'agentIdentity'), 'name')) ?? text(read(read(program, 'func'), 'name'));
}

function nodeName(parent: unknown, program: unknown): string | undefined {
  const nodes = read(parent, 'nodeGenerators');
  if (!(nodes instanceof Map)) return undefined;
  for (const [name, node] of nodes as Map<unknown, unknown>) if (node === program) return text(name);
  return undefined;
}

function traceLabel(program: unknown, options: unknown): string | undefined {
  return text(read(options, 'traceLabel')) ?? text(read(program, 'traceLabel')) ?? text(read(program, 'flowName'));
}

const UNNAMED: Readonly<Partial<Record<SpanType, string>>> = { LLM: 'AxGen', AGENT: 'AxAgent', CHAIN: 'program' };

/** ax's own classes by their export, a user's class by its name. */
function className(program: unknown, type: SpanType): string {
  const prototype: unknown = isBag(program) ? Object.getPrototypeOf(program) : null;
  const exported = isBag(prototype) ? exportedAs.get(prototype) : undefined;
  if (exported !== undefined) return exported;
  if (read(program, 'nodeGenerators') instanceof Map) return 'AxFlow';
  if (type !== 'CHAIN') return UNNAMED[type] ?? 'program';
  if (methodOf(program, 'rewardFn') !== undefined) return 'rounds' in (program as object) ? 'AxRefine' : 'AxBestOfN';
  const name = read(read(program, 'constructor'), 'name');
  return text(name) ?? 'program';
}

const signatures = new WeakMap<object, string>();

/** `question:string -> answer:string`; `undefined` where the program has no signature. */
export function signatureOf(program: unknown): string | undefined {
  const signature = read(program, 'signature');
  if (!isBag(signature)) return undefined;
  const known = signatures.get(signature);
  if (known !== undefined) return known;
  const said = ask(signature, 'toString');
  if (typeof said !== 'string' || said === '[object Object]') return undefined;
  signatures.set(signature, said);
  return said;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
