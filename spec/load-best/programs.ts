import { type AxChatRequest, AxMockAIService, ax } from '@ax-llm/ax';

/** Sums that the scripted model only gets right when it is told to think step by step. */
export const EXAMPLES = [1, 2, 3, 4, 5, 6].map((n) => ({ question: `What is ${n} + ${n}?`, answer: String(2 * n) }));

export const metric = ({ prediction, example }: { prediction: unknown; example: unknown }): number =>
  (prediction as { answer?: string }).answer === (example as { answer?: string }).answer ? 1 : 0;

/** A new program; every call gives the same. */
export function makeProgram() {
  const program = ax('question:string -> answer:string');
  program.setInstruction('Answer the question.');
  return program;
}

export type Program = ReturnType<typeof makeProgram>;

/** A model by script that also reflects and curates, and keeps the requests it gets. */
export function scriptedAI() {
  const requests: string[] = [];
  const ai = new AxMockAIService<string>({
    features: { functions: false, streaming: false },
    chatResponse: async (request) => {
      requests.push(JSON.stringify(request));
      const content = answer(request);
      const tokens = { promptTokens: 10, completionTokens: 5, totalTokens: 15 };
      return {
        results: [{ index: 0, content, finishReason: 'stop' as const }],
        modelUsage: { ai: 'mock', model: 'scripted', tokens },
      };
    },
  });
  return { ai, requests };
}

/** The requests a program makes for two questions: what a model gets to see of it, byte for byte. */
export async function requestsOf(program: Program): Promise<string[]> {
  const { ai, requests } = scriptedAI();
  for (const question of ['What is 20 + 22?', 'Wie viel ist 1 + 1? 🧮']) await program.forward(ai, { question });
  return requests;
}

const LESSON = 'Think step by step, then add.';

function answer(request: Readonly<AxChatRequest<unknown>>): string {
  const system = text(request.chatPrompt[0]);
  const fields = [...system.matchAll(/^(.+) \(wire key: `(\w+)`\): \(This (.+?) field/gm)];
  if (!fields.some(([, , key]) => key === 'answer')) {
    return fields.map(([, label, key, type]) => `${label}: ${lesson(key ?? '', type ?? '')}`).join('\n');
  }
  const [, a, b] = /(\d+) \+ (\d+)/.exec(text(request.chatPrompt.at(-1))) ?? [];
  return `Answer: ${/step by step/.test(system) ? Number(a) + Number(b) : 4}`;
}

function lesson(key: string, type: string): string {
  if (key === 'operations') return JSON.stringify([{ type: 'ADD', section: 'Guidelines', content: LESSON }]);
  return type.startsWith('JSON') ? '[]' : LESSON;
}

function text(message: AxChatRequest<unknown>['chatPrompt'][number] | undefined): string {
  const content = message && 'content' in message ? message.content : '';
  return typeof content === 'string' ? content : JSON.stringify(content);
}
