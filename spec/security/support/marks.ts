import * as ax from '@ax-llm/ax';

/** A kind of content, by the switches that it needs. `user` is what the user logs: it needs none. */
export type Kind = 'input' | 'output' | 'both' | 'prompt' | 'any' | 'user';

/** The switches of `capture`. */
export interface Switches {
  readonly inputs: boolean;
  readonly outputs: boolean;
  readonly prompts: boolean;
}

const NEEDS: Readonly<Record<Kind, readonly (keyof Switches)[]>> = {
  input: ['inputs'],
  output: ['outputs'],
  both: ['inputs', 'outputs'],
  prompt: ['prompts'],
  any: ['inputs', 'outputs', 'prompts'],
  user: [],
};

const planted = new Map<string, Kind>();

/** Returns a text that occurs nowhere else, and remembers what kind of content it is. */
export function mark(kind: Kind, place: string): string {
  const text = `zq${kind}${place}`;
  planted.set(text, kind);
  return text;
}

/** Returns every mark so far. */
export function allMarks(): readonly string[] {
  return [...planted.keys()];
}

/** Returns the marks that must occur nowhere with these switches. */
export function forbiddenMarks(switches: Switches): readonly string[] {
  return allMarks().filter((text) => NEEDS[planted.get(text) ?? 'user'].some((name) => !switches[name]));
}

/** Returns the marks of the user's own logs. */
export function userMarks(): readonly string[] {
  return allMarks().filter((text) => planted.get(text) === 'user');
}

/** Fields that the marked programs answer. A model's answers to any other field come from an optimizer's own program. */
const ANSWERS: Readonly<Record<string, () => string>> = {
  Answer: () => mark('output', 'Answer'),
  Plan: () => mark('output', 'Plan'),
  'Javascript Code': () => `final("${mark('output', 'Code')}", { ok: true })`,
  'New Value': () => mark('prompt', 'Proposed'),
  Operations: () => JSON.stringify([{ type: 'ADD', section: 'Rules', content: mark('prompt', 'Bullet') }]),
  'Bullet Tags': () => '[]',
};

type Message = { readonly role?: string; readonly content?: unknown };

/** A model that answers every field with a mark, fails for one question, and first calls a tool if there is one. */
export function markedModel(): ax.AxAIService {
  let calls = 0;
  const service = new ax.AxMockAIService<string>({
    name: 'marked',
    modelInfo: { name: 'marked-1' } as never,
    features: { functions: true, streaming: true },
    chatResponse: async (request) => {
      const messages = request.chatPrompt as readonly Message[];
      const text = messages.map(({ content }) => String(content)).join('\n');
      if (text.includes('break the service')) throw new Error(mark('any', 'ServiceError'));
      const modelUsage = { ai: 'marked', model: 'marked-1', tokens: TOKENS };
      if (request.functions?.length && messages.at(-1)?.role !== 'function') {
        calls += 1;
        const fn = { name: request.functions[0]?.name ?? '', params: { key: mark('output', 'ToolArgument') } };
        const functionCalls = [{ id: `call-${calls}`, type: 'function' as const, function: fn }];
        return { results: [{ index: 0, functionCalls, finishReason: 'function_call' as const }], modelUsage };
      }
      const thought = mark('output', 'Thought');
      return { results: [{ index: 0, content: answerTo(text), thought, finishReason: 'stop' as const }], modelUsage };
    },
  });
  return service as unknown as ax.AxAIService;
}

const TOKENS = { promptTokens: 10, completionTokens: 5, totalTokens: 15 };

function answerTo(prompt: string): string {
  const wanted = /generate new fields: ([^\n]*)/.exec(prompt)?.[1] ?? '';
  const fields = [...wanted.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);
  return fields.map((field) => `${field}: ${ANSWERS[field]?.() ?? mark('any', 'Optimizer')}`).join('\n') || ask();
}

/** The answer to a request that no program made. */
function ask(): string {
  return mark('any', 'DirectAnswer');
}
