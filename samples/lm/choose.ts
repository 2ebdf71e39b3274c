import {
  AxAIAnthropic,
  AxAIAnthropicModel,
  AxAIGoogleGemini,
  AxAIGoogleGeminiModel,
  AxAIOpenAI,
  AxAIOpenAIModel,
  type AxAIService,
} from '@ax-llm/ax';
import type { Problem } from '../gsm8k/data.js';
import { startSimulatedLM } from './simulated-lm.js';

/** The LM that a sample uses. */
export interface ChosenLM {
  readonly ai: AxAIService;
  /** Name to print, e.g. `simulated LM` or `OpenAI gpt-4.1-mini`. */
  readonly name: string;
  readonly simulated: boolean;
  /** Stops the simulated LM; does nothing for a real provider. */
  close(): Promise<void>;
}

/** Options of {@link chooseLM}. */
export interface ChooseOptions {
  /** Problems for the simulated LM, which cannot reason and looks up their solutions. */
  readonly problems: readonly Problem[];
  /** Seed of the simulated LM. Default 1. */
  readonly seed?: number;
  /** Whether to use the simulated LM even if a key is set. Default false. */
  readonly simulated?: boolean;
  /** Environment with the keys. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Receives one line that names the LM. Default: standard output. */
  readonly print?: (line: string) => void;
}

interface Provider {
  readonly name: string;
  readonly keys: readonly string[];
  readonly connect: (apiKey: string) => AxAIService;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: `OpenAI ${AxAIOpenAIModel.GPT41Mini}`,
    keys: ['OPENAI_API_KEY'],
    connect: (apiKey) =>
      new AxAIOpenAI<string>({ apiKey, config: { model: AxAIOpenAIModel.GPT41Mini, stream: false } }),
  },
  {
    name: `Anthropic ${AxAIAnthropicModel.Claude45Haiku}`,
    keys: ['ANTHROPIC_API_KEY'],
    connect: (apiKey) =>
      new AxAIAnthropic<string>({ apiKey, config: { model: AxAIAnthropicModel.Claude45Haiku, stream: false } }),
  },
  {
    name: `Google ${AxAIGoogleGeminiModel.Gemini25Flash}`,
    keys: ['GOOGLE_APIKEY', 'GEMINI_API_KEY'],
    connect: (apiKey) =>
      new AxAIGoogleGemini<string>({ apiKey, config: { model: AxAIGoogleGeminiModel.Gemini25Flash, stream: false } }),
  },
];

/**
 * Connects to the first provider whose key is in the environment, else starts the simulated LM. Prints which one it is.
 */
export async function chooseLM(options: ChooseOptions): Promise<ChosenLM> {
  const { env = process.env, print = (line) => process.stdout.write(`${line}\n`) } = options;
  for (const { name, keys, connect } of options.simulated ? [] : PROVIDERS) {
    const key = keys.find((k) => env[k]);
    if (key === undefined) continue;
    print(`LM: ${name} (${key} is set; --simulated runs without it)`);
    return { ai: connect(env[key] ?? ''), name, simulated: false, close: async () => {} };
  }
  const lm = await startSimulatedLM({ problems: options.problems, seed: options.seed ?? 1 });
  print(`LM: simulated LM at ${lm.url} (set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY for a real one)`);
  return { ai: lm.ai, name: 'simulated LM', simulated: true, close: () => lm.close() };
}
