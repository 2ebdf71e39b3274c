import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxAIOpenAI, type AxAIService, AxMockAIService } from '@ax-llm/ax';

/** An LM that answers immediately. */
export interface InstantLM {
  readonly ai: AxAIService;
  /** Stops it. */
  close(): void;
}

const answer = (call: number): string => `New Instruction: Try ${call}.\nAnswer: ${call % 7}`;

/** Creates ax's mock service, so that only ax itself takes time. */
export function mockLM(): InstantLM {
  let calls = 0;
  const ai = new AxMockAIService<string>({
    features: { functions: false, streaming: false },
    chatResponse: async () => {
      calls += 1;
      return {
        results: [{ index: 0, content: answer(calls), finishReason: 'stop' as const }],
        modelUsage: { ai: 'mock', model: 'mock', tokens: { promptTokens: 9, completionTokens: 3, totalTokens: 12 } },
      };
    },
  });
  return { ai, close: () => undefined };
}

/** Creates ax's OpenAI client for a loopback server that answers immediately. No real LM can be faster. */
export async function loopbackLM(): Promise<InstantLM> {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      calls += 1;
      const message = { role: 'assistant', content: answer(calls) };
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          id: `${calls}`,
          object: 'chat.completion',
          created: 0,
          model: 'bench',
          choices: [{ index: 0, message, finish_reason: 'stop' }],
          usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ai = new AxAIOpenAI({
    apiKey: 'none',
    apiURL: `http://127.0.0.1:${port}/v1`,
    config: { model: 'bench' as never, stream: false },
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { ai, close };
}
