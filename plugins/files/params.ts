import { type AnyEvent, type Envelope, type EventHandlers, handle, type Json, type JsonObject } from 'ax-autolog/sink';
import type { Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

/**
 * Writes `params.json`: one flat object, complete when the compile starts. Hyperparameters keep their names; compile
 * options are `options.<name>`, language models `lm.<name>.<setting>`. Names of later compiles start with `compile_1/`,
 * those of evaluations inside another run with `eval_0/`.
 */
export class Params {
  /** `null`: the event has no parameters. */
  static readonly #handlers: EventHandlers<void, [params: Params]> = {
    onRunStart: (event, params) => params.#startRun(event),
    onCompileStart: (event, params) => params.#startCompile(event),
    onEvalStart: (event, params) => params.#startEvaluation(event),
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: (event, params) => params.#log(event),
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #params = new Map<string, Json>();
  #kind = '';

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    handle(Params.#handlers, event, this);
  }

  #startRun({ data }: Envelope<'onRunStart'>): void {
    this.#kind = data.kind;
    this.#add('', data.params, '');
  }

  #startCompile(event: Envelope<'onCompileStart'>): void {
    const { optimizer, method, metric, index } = event.data;
    const params = { optimizer, method, metric, ...settings(event.data) };
    this.#add(this.#places.ofCompile(event), params, `compile_${index}/`);
  }

  #startEvaluation({ data }: Envelope<'onEvalStart'>): void {
    const { evaluator, metric, index } = data;
    const prefix = this.#kind === 'eval' && index === 0 ? '' : `eval_${index}/`;
    this.#add(prefix, { evaluator, metric, ...settings(data) }, `eval_${index}/`);
  }

  #log({ data }: Envelope<'onLog'>): void {
    if (data.kind !== 'param') return;
    this.#params.set(data.key, data.value);
    this.#changed();
  }

  /** Adds parameters under `prefix`. A name that already has a different value goes under `fallbackPrefix`. */
  #add(prefix: string, params: JsonObject | undefined, fallbackPrefix: string): void {
    for (const [key, value] of Object.entries(params ?? {})) {
      const wanted = `${prefix}${key}`;
      const taken = this.#params.has(wanted) && JSON.stringify(this.#params.get(wanted)) !== JSON.stringify(value);
      this.#params.set(taken ? `${fallbackPrefix}${key}` : wanted, value);
    }
    this.#changed();
  }

  #changed(): void {
    this.#tree.put('params.json', () => jsonText(Object.fromEntries(this.#params)));
  }
}

type Settings = Pick<Envelope<'onCompileStart'>['data'], 'hyperparameters' | 'options' | 'lms'>;

function settings({ hyperparameters, options, lms }: Settings): JsonObject {
  const flat = new Map<string, Json>();
  flatten('', hyperparameters, flat);
  flatten('options.', options, flat);
  for (const { name, provider, model, settings } of lms ?? []) {
    flatten(`lm.${name}.`, { provider, model, ...settings }, flat);
  }
  return Object.fromEntries(flat);
}

function flatten(prefix: string, value: JsonObject | undefined, into: Map<string, Json>): void {
  for (const [key, member] of Object.entries(value ?? {})) {
    const nested = member !== null && typeof member === 'object' && !Array.isArray(member);
    if (nested && Object.keys(member).length > 0) flatten(`${prefix}${key}.`, member as JsonObject, into);
    else into.set(`${prefix}${key}`, member);
  }
}
