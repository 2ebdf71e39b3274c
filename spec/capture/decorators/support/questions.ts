import { type AxAIService, AxMockAIService } from '@ax-llm/ax';

export const examples = [
  { question: '1 + 1', answer: '2' },
  { question: '2 + 2', answer: '4' },
  { question: '3 + 3', answer: '6' },
];

export function mockAI(): AxAIService {
  return new AxMockAIService({
    features: { functions: false, streaming: false },
    chatResponse: async () => ({
      results: [{ index: 0, content: 'Answer: 2', finishReason: 'stop' as const }],
      modelUsage: { ai: 'mock', model: 'm', tokens: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } },
    }),
  }) as unknown as AxAIService;
}

export const metric = ({ prediction, example }: { prediction: { answer?: string }; example: { answer?: string } }) =>
  prediction.answer === example.answer ? 1 : 0;

/** Reads one field of a return value. */
export function pick(name: string): (result: unknown) => never {
  return (result) => (result as Record<string, never>)[name] as never;
}
