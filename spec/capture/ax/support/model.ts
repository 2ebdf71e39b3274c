import type * as Ax from '@ax-llm/ax';

type Request = Readonly<Ax.AxChatRequest<unknown>>;
type Result = Ax.AxChatResponse['results'][number];

/** What a scripted model says: a text, several (one each sample), calls of functions, a stream of pieces, or an error. */
export type Said =
  | string
  | readonly Partial<Result>[]
  | { readonly call: string; readonly with: unknown }
  | { readonly pieces: readonly string[] }
  | Error;

export interface Model {
  readonly ai: Ax.AxAIService;
  /** Every request so far, in order, as JSON. */
  readonly requests: string[];
}

export const USAGE: Ax.AxModelUsage = {
  ai: 'scripted',
  model: 'scripted-1',
  tokens: { promptTokens: 100, completionTokens: 20, totalTokens: 120 },
};

/** An AI service of ax that says what `answer` says to the n-th request. */
export function model(ax: typeof Ax, answer: (request: Request, n: number) => Said | Promise<Said>): Model {
  const requests: string[] = [];
  const ai = new ax.AxMockAIService<string>({
    name: 'scripted',
    modelInfo: { name: 'scripted-1' } as never,
    features: { functions: true, streaming: true },
    chatResponse: async (request) => {
      const n = requests.push(JSON.stringify([request.chatPrompt, request.functions, request.modelConfig])) - 1;
      const said = await answer(request, n);
      if (said instanceof Error) throw said;
      return typeof said === 'object' && 'pieces' in said ? streamed(said.pieces) : responseOf(said, n);
    },
  });
  return { ai: ai as unknown as Ax.AxAIService, requests };
}

/** A model that says these one after the other, the last again and again. */
export function saying(ax: typeof Ax, ...said: readonly Said[]): Model {
  return model(ax, (_request, n) => said[Math.min(n, said.length - 1)] as Said);
}

function responseOf(said: Exclude<Said, Error | { readonly pieces: readonly string[] }>, n: number): Ax.AxChatResponse {
  const modelUsage = USAGE;
  const remoteId = `answer-${n}`;
  if (typeof said === 'string') {
    return { remoteId, results: [{ index: 0, content: said, finishReason: 'stop' }], modelUsage };
  }
  if (!('call' in said)) {
    return { remoteId, results: said.map((result, index) => ({ index, finishReason: 'stop', ...result })), modelUsage };
  }
  const fn = { name: said.call, params: JSON.stringify(said.with) };
  const functionCalls = [{ id: `call-${n}`, type: 'function' as const, function: fn }];
  return { remoteId, results: [{ index: 0, functionCalls, finishReason: 'function_call' }], modelUsage };
}

function streamed(pieces: readonly string[]): ReadableStream<Ax.AxChatResponse> {
  let next = 0;
  return new ReadableStream(
    {
      pull(controller) {
        const content = pieces[next];
        const last = next === pieces.length - 1;
        next += 1;
        if (content === undefined) return controller.close();
        controller.enqueue({
          results: [{ index: 0, content, ...(last ? { finishReason: 'stop' as const } : {}) }],
          ...(last ? { modelUsage: USAGE } : {}),
        });
      },
    },
    { highWaterMark: 0 },
  );
}
