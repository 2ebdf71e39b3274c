import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CanaryPlace, canaries, VARIABLES, valuesByOrigin } from './canaries.js';

/** An OpenAI-compatible server on the loopback whose answers, tool calls and errors hold secrets. */
export class EchoingLM {
  readonly #server: Server;
  readonly #seed: number;
  readonly #at = new Map<CanaryPlace, number>();
  #calls = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { status, body } = this.#answer(JSON.parse(Buffer.concat(parts).toString()) as Request);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ tools = [], messages }: Request): { readonly status: number; readonly body: object } {
    this.#calls += 1;
    const values = valuesByOrigin(this.#seed);
    if (this.#calls % 5 === 0) {
      return {
        status: 401,
        body: { error: { message: `the key ${values['service key']} is refused: ${this.#next('service error')}` } },
      };
    }
    const usesTool = tools.length > 0 && messages.at(-1)?.role !== 'tool';
    const call = { name: 'lookUp', arguments: JSON.stringify({ query: this.#next('tool arguments') }) };
    const variable = VARIABLES[this.#calls % VARIABLES.length];
    const message = usesTool
      ? {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: `call-${this.#calls}`, type: 'function', function: call }],
        }
      : {
          role: 'assistant',
          content: `Answer: ${this.#next('answer')} and ${variable === undefined ? '' : values[variable]}`,
        };
    return {
      status: 200,
      body: {
        ...{ id: 'x', object: 'chat.completion', created: 1, model: 'm' },
        choices: [{ index: 0, message, finish_reason: usesTool ? 'tool_calls' : 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      },
    };
  }

  #next(place: CanaryPlace): string {
    const texts = canaries(this.#seed).filter((canary) => canary.place === place);
    const at = this.#at.get(place) ?? 0;
    this.#at.set(place, at + 1);
    return texts[at % texts.length]?.text ?? '';
  }
}

interface Request {
  readonly tools?: readonly object[];
  readonly messages: readonly { readonly role: string }[];
}
