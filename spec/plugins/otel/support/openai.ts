import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider on the loopback that speaks OpenAI's API. */
export interface Answering {
  readonly url: string;
  /** Bodies of the requests, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** `answer` gives the content of the answer, or the call of a function with its arguments as JSON. */
export async function answering(
  answer: (body: string) => string | { readonly call: string; readonly with: string },
): Promise<Answering> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      requests.push(body);
      const said = answer(body);
      const message = { role: 'assistant', ...(typeof said === 'string' ? { content: said } : callOf(said)) };
      const reason = typeof said === 'string' ? 'stop' : 'tool_calls';
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          id: `chatcmpl-${requests.length}`,
          object: 'chat.completion',
          created: 1,
          model: 'm-2026',
          choices: [{ index: 0, finish_reason: reason, message }],
          usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function callOf({ call, with: args }: { readonly call: string; readonly with: string }): object {
  return { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: call, arguments: args } }] };
}
