import { setTimeout as wait } from 'node:timers/promises';
import { AxAIOpenAI, AxGEPA, AxMockAIService, ax } from '@ax-llm/ax';
import { activeCompile, autolog, Evaluate, flush, type Run, shutdown, startRun, trackCompile } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { mlflow } from 'ax-autolog/plugins/mlflow';
import { otel } from 'ax-autolog/plugins/otel';
import { report } from 'ax-autolog/plugins/report';
import { setSettings, settings } from '../../../lib/support/settings.js';
import { type CanaryPlace, canaries, VARIABLES, valuesByOrigin } from './canaries.js';

/** What the app is told by its environment. */
export interface CanaryOrder {
  readonly seed: number;
  /** Records without redaction, to show that what is looked for can be found. */
  readonly control: boolean;
  /** Ends with an uncaught error in the middle of everything. */
  readonly crash: boolean;
  readonly lm: string;
  readonly mlflow: string;
  readonly otlp: string;
}

const order = JSON.parse(process.env.CANARY_ORDER ?? '{}') as CanaryOrder;
const all = canaries(order.seed);
const values = valuesByOrigin(order.seed);

function textsOf(place: CanaryPlace): string[] {
  return all.filter((canary) => canary.place === place).map(({ text }) => text);
}

function entriesOf(place: CanaryPlace): [name: string, text: string][] {
  return all.filter((canary) => canary.place === place).map(({ name, text }, i) => [`${name}-${i}`, text]);
}

const ai = new AxAIOpenAI({
  apiKey: values['service key'],
  apiURL: `${order.lm}/v1`,
  config: { model: 'm', stream: false } as never,
  options: { retry: { maxRetries: 0 } } as never,
});

const [inputs, nested, gold] = [textsOf('input'), textsOf('nested input'), textsOf('gold')];
const EXAMPLES = Array.from({ length: Math.max(inputs.length, nested.length, gold.length) }, (_, i) => ({
  question: `Use ${inputs[i] ?? 'nothing'} and ${process.env[VARIABLES[i % VARIABLES.length] ?? '']}.`,
  context: { tools: [{ note: nested[i] ?? '', list: [{ deep: nested[i] ?? '' }] }] },
  answer: gold[i] ?? `Key ${values['service key']}`,
}));

function newProgram() {
  const program = ax('question:string, context:json -> answer:string');
  program.setInstruction(`Use one of these.\n\n${textsOf('instruction').join('\n\n')}`);
  return program;
}

let scored = 0;
const [feedback, errors, causes] = [textsOf('feedback'), textsOf('metric error'), textsOf('error cause')];

/** Fails for every second example. */
function metric(): { readonly score: number; readonly feedback: string } {
  const i = scored;
  scored += 1;
  if (i % 2 === 0) return { score: 0.5, feedback: `It should be ${feedback[(i / 2) % feedback.length]}` };
  const at = (i - 1) / 2;
  throw new Error(`failed with ${errors[at % errors.length]}`, { cause: new Error(causes[at % causes.length]) });
}

async function customCompile(): Promise<void> {
  const teleprompter = {
    async compile(program: ReturnType<typeof newProgram>, options: object): Promise<unknown> {
      const demos = textsOf('demo').map((text) => ({ question: text, context: { text }, answer: text }));
      program.setDemos([{ programId: program.getId(), traces: demos }] as never);
      const compile = activeCompile();
      for (const [i, reason] of textsOf('reason').entries()) {
        const id = compile?.propose({ texts: { part: `text ${i}` } }, { evidence: textsOf('evidence')[i] });
        if (id !== undefined) compile?.reject(id, reason);
      }
      return options ? program : undefined;
    },
  };
  trackCompile(teleprompter);
  const headers = Object.fromEntries(entriesOf('header').map(([name, text]) => [`X-${name}`, text]));
  await teleprompter.compile(newProgram(), { headers, service: Object.fromEntries(entriesOf('option')) });
}

async function evaluations(): Promise<void> {
  const devset = [...EXAMPLES, ...EXAMPLES, ...EXAMPLES];
  await new Evaluate({ devset, metric: metric as never, maxErrors: 10_000 }).evaluate(newProgram(), { ai });
  const results = textsOf('tool result');
  const lookUp = {
    name: 'lookUp',
    description: 'Looks it up.',
    parameters: { type: 'object', properties: { query: { type: 'string', description: 'What to look up.' } } },
    func: () => results.pop() ?? 'nothing',
  };
  const program = ax('question:string -> answer:string', { functions: [lookUp] as never });
  for (let i = 0; i < 3 * textsOf('tool arguments').length; i += 1) {
    await program.forward(ai, { question: `Look it up, ${i}.` }).catch(() => undefined);
  }
}

/** A model whose thoughts hold secrets. */
async function thoughts(): Promise<void> {
  for (const text of textsOf('thought')) {
    const thinker = new AxMockAIService<string>({
      features: { functions: false, streaming: false },
      chatResponse: async () => ({
        results: [{ index: 0, content: 'Answer: yes', thought: `I think of ${text}`, finishReason: 'stop' as const }],
        modelUsage: { ai: 'm', model: 'm', tokens: { promptTokens: 1, completionTokens: 1, totalTokens: 2 } },
      }),
    });
    await newProgram().forward(thinker, EXAMPLES[0] as never);
  }
}

async function gepa(): Promise<void> {
  const score = () => (scored++ % 2) as never;
  const optimizer = new AxGEPA({ studentAI: ai, numTrials: 1, minibatchSize: 3, seed: 1 } as never);
  await optimizer.compile(newProgram() as never, EXAMPLES as never, score, { maxMetricCalls: 30 } as never);
}

function logEverything(run: Run): void {
  for (const [name, text] of entriesOf('logged param')) run.logParam(name, `with ${text}`);
  for (const [name, text] of entriesOf('logged tag')) run.setTag(name, text);
  for (const [name, text] of entriesOf('text artifact')) run.logArtifact(`${name}.txt`, text);
  run.logArtifact('all.json', { entries: entriesOf('JSON artifact'), list: textsOf('JSON artifact') });
  for (const [name, text] of entriesOf('artifact of bytes')) run.logArtifact(`${name}.bin`, Buffer.from(`${text}\n`));
  const wide = textsOf('UTF-16 artifact').join('\n\n');
  run.logArtifact('wide.txt', Buffer.from(`\ufeff${wide}`, 'utf16le'));
}

/** Sinks that fail: the warnings quote their errors. */
function failingSinks() {
  return textsOf('error of a sink').map((text, i) => ({
    name: `failing-${i}`,
    onLMCall() {
      throw new Error(`no connection: ${text}`);
    },
  }));
}

/** A redactor that finds nothing. */
function withoutRedaction(): void {
  const open = { settings: 'open', headers: 'open', data: 'open' } as const;
  const redactor = {
    isSecretKey: () => false,
    property: (name: string) => ({ ...open, name, open: true }),
    text: (text: string) => text,
    allows: () => true,
    revision: 0,
    learn: () => undefined,
  };
  setSettings({ ...settings(), redactor });
}

/** In the configuration file, for the app that crashes. */
function sinks() {
  return [
    ...[files(), consoleSink({ level: 'debug' }), report(), ...failingSinks()],
    mlflow({ trackingUri: order.mlflow, username: 'user', password: values['MLflow password'] }),
    otel({ url: `${order.otlp}?tok=${values['OTLP query']}`, headers: { authorization: values['OTLP header'] } }),
  ];
}

async function main(): Promise<void> {
  const traced = { logCompiles: true, logEvals: true, logTracesFromCompile: true };
  if (!order.crash) autolog({ ...traced, sinks: sinks() });
  if (order.control) withoutRedaction();
  const runName = `secrets ${textsOf('run name').join(' ')}`;
  const [params, tags] = [Object.fromEntries(entriesOf('param')), Object.fromEntries(entriesOf('tag'))];
  await startRun({ runName, params, tags }, async (run) => {
    logEverything(run);
    await customCompile();
    await gepa().catch(() => undefined);
    await evaluations();
    await thoughts();
    if (!order.crash) return;
    setTimeout(() => {
      throw new Error('the app ends here');
    });
    await wait(10_000);
  });
  await flush();
  await shutdown();
}

await main();
