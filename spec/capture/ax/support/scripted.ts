import { hash } from 'node:crypto';
import type * as Ax from '@ax-llm/ax';

/** One request as the service got it. */
export type Request = string;

export interface Scripted {
  readonly ai: Ax.AxAIService;
  /** Every request so far, in order, as JSON. */
  readonly requests: Request[];
}

export interface ScriptOptions {
  readonly seed?: number;
  readonly name?: string;
  /** Fails the call when it says so. */
  readonly fails?: (prompt: string) => boolean;
  /** Answers in a stream of this many chunks. */
  readonly chunks?: number;
}

/** A number from 0 to 99 that depends on nothing but its arguments. */
export function percent(...parts: readonly unknown[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(parts), 'hex').slice(0, 8), 16) % 100;
}

/**
 * An AI service of ax that answers by the content of the request alone. A question is answered right when the skill that
 * the program's texts claim for its kind reaches its difficulty; reflections claim one for their component.
 */
export function scripted(ax: typeof Ax, options: ScriptOptions = {}): Scripted {
  const requests: Request[] = [];
  const ai = new ax.AxMockAIService<string>({
    name: options.name ?? 'scripted',
    modelInfo: { name: 'scripted-1' } as never,
    features: { functions: false, streaming: (options.chunks ?? 0) > 0 },
    chatResponse: async (request) => {
      const { chatPrompt, modelConfig, model } = request;
      requests.push(withoutChance(JSON.stringify({ chatPrompt, modelConfig, model })));
      const prompt = withoutChance(
        chatPrompt.map((message) => ('content' in message ? String(message.content) : '')).join('\n'),
      );
      if (options.fails?.(prompt)) throw new Error('the service is down');
      const content = answerTo(prompt, options.seed ?? 0);
      const modelUsage = {
        ai: 'scripted',
        model: 'scripted-1',
        tokens: { promptTokens: 11, completionTokens: 7, totalTokens: 18 },
      };
      if (!options.chunks) return { results: [{ index: 0, content, finishReason: 'stop' as const }], modelUsage };
      return chunked(content, options.chunks, modelUsage);
    },
  });
  return { ai: ai as unknown as Ax.AxAIService, requests };
}

/** ACE gives its bullets random ids and dates, which later prompts contain. */
export function withoutChance(text: string): string {
  return text.replaceAll(/\b[a-z]+-[0-9a-f]{8}\b/g, 'bullet').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'date');
}

function chunked(content: string, chunks: number, modelUsage: Ax.AxModelUsage): ReadableStream<Ax.AxChatResponse> {
  const size = Math.ceil(content.length / chunks);
  const parts = Array.from({ length: chunks }, (_, i) => content.slice(i * size, (i + 1) * size));
  return new ReadableStream({
    start(controller) {
      for (const [i, part] of parts.entries()) {
        const last = i === parts.length - 1;
        controller.enqueue({
          results: [{ index: 0, content: part, ...(last ? { finishReason: 'stop' as const } : {}) }],
          ...(last ? { modelUsage } : {}),
        });
      }
      controller.close();
    },
  });
}

function answerTo(prompt: string, seed: number): string {
  const wanted = /generate new fields: ([^\n]*)/.exec(prompt)?.[1] ?? '';
  const fields = [...wanted.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);
  return fields.map((field) => `${field}: ${scriptedValue(field, prompt, seed)}`).join('\n');
}

function scriptedValue(field: string, prompt: string, seed: number): string {
  switch (field) {
    case 'Feedback Summary':
      return `say more (${percent(seed, prompt)})`;
    case 'New Value': {
      const key = /Component Key: ([\w.]+)::(\w+)/.exec(prompt);
      return `Think it through [[${key?.[1]}.${key?.[2]}:${percent(seed, 'skill', prompt)}]]`;
    }
    case 'Bullet Tags':
      return '[]';
    case 'Operations':
      return percent(seed, 'curate', prompt) < 60
        ? JSON.stringify([{ type: 'ADD', section: 'Rules', content: `Check step ${percent(seed, prompt)} twice` }])
        : '[]';
    case 'Quality':
      return percent(seed, prompt) < 50 ? 'excellent' : 'poor';
    default:
      return taskAnswer(prompt, seed);
  }
}

function taskAnswer(prompt: string, seed: number): string {
  const questions = [...prompt.matchAll(/kind-(\w+) number (\d+)/g)];
  const question = questions.at(-1);
  if (question === undefined) return 'unknown';
  const claims = [...prompt.matchAll(/\[\[[\w.]*?(\w+):(\d+)\]\]/g)];
  const own = claims.filter((claim) => claim[1] === question[1]).map((claim) => Number(claim[2]));
  // A text that only serves the other kind makes this one worse: so there is something to merge.
  const skill = own.length > 0 ? Math.max(...own) : claims.length > 0 ? 20 : 45;
  return percent(seed, question[0]) < skill ? `right ${question[2]}` : `wrong ${question[2]}`;
}

export interface Example {
  readonly question: string;
  readonly answer: string;
}

/** Questions of two kinds, each helped by one component. */
export function questions(count: number, from = 0): (Example & Record<string, string>)[] {
  return Array.from({ length: count }, (_, i) => ({
    question: `kind-${(i + from) % 2 === 0 ? 'instruction' : 'description'} number ${i + from}`,
    answer: `right ${i + from}`,
  }));
}

/** A program with two components, description and instruction. */
export function twoPartProgram(ax: typeof Ax): Ax.AxGen<{ question: string }, { answer: string }> {
  const program = ax.ax('"Answer every question with care." question:string -> answer:string');
  program.setInstruction('Answer in one line.');
  return program as never;
}

/** A flow of two programs, the second of which says what the first has thought. */
export function twoStepFlow(ax: typeof Ax) {
  return ax
    .flow<{ question: string }, { answer: string }>()
    .node('think', '"Think about it." question:string -> plan:string')
    .node('say', '"Say it." question:string, plan:string -> answer:string')
    .execute('think', (state) => ({ question: state.question }))
    .execute('say', (state) => ({ question: state.question, plan: state.thinkResult.plan }))
    .map((state) => ({ answer: state.sayResult.answer }) as never);
}

/** 1 for the right answer, else 0. */
export function exact({ prediction, example }: { prediction: unknown; example: unknown }): number {
  return (prediction as Example).answer === (example as Example).answer ? 1 : 0;
}
