import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxAIOpenAI, type AxAIOpenAIModel } from '@ax-llm/ax';
import type { Problem } from '../gsm8k/data.js';
import { type Knowledge, reply } from './simulated/reply.js';
import { completion, completionEvents, readRequest } from './simulated/wire.js';

/** Options of a simulated LM. */
export interface SimulatedLMOptions {
  /** Problems whose solutions it knows. It answers any other question by combining its numbers. */
  readonly problems: readonly Problem[];
  /** Seed that decides which problems are hard. Default 1. */
  readonly seed?: number;
  /** Delay before each reply, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** Called with the body of every request, in order of arrival. */
  readonly onRequest?: (body: string) => void;
}

/** A running simulated LM. */
export interface SimulatedLM {
  /** Base address for an OpenAI client, on 127.0.0.1 with a free port. */
  readonly url: string;
  /** ax's real OpenAI client, configured for this server. */
  readonly ai: AxAIOpenAI<string>;
  /** Returns the number of chat requests that it has answered. */
  readonly calls: () => number;
  /** Stops the server and drops open connections. */
  close(): Promise<void>;
}

const MODEL = 'simulated-lm';
const CHAT = '/v1/chat/completions';

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, fail) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('error', fail);
  });
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const refuse = (response: ServerResponse, status: number, message: string): void =>
  send(response, status, 'application/json', JSON.stringify({ error: { message, type: 'invalid_request_error' } }));

/**
 * Starts the **simulated LM**: an OpenAI-compatible server on the loopback that imitates a language model, so that the
 * samples run without a key and without network access. It does not reason. It knows the solutions of the sample
 * problems and decides, as a pure function of seed and rendered prompt, whether it solves each one. Instructions that
 * ask for steps, checks and units, worked demos, and a reasoning field make it better. Wrong replies are plausible and
 * show the missing habit. Its reflections and proposals are built from the content of the prompt. Its scores mean
 * nothing for a real model.
 */
export async function startSimulatedLM(options: SimulatedLMOptions): Promise<SimulatedLM> {
  const know: Knowledge = {
    seed: options.seed ?? 1,
    problems: new Map(options.problems.map((p) => [p.question, p])),
  };
  let calls = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (request.method !== 'POST' || request.url !== CHAT) return refuse(response, 404, `only POST ${CHAT} is served`);
    const chat = readRequest(body);
    if (chat === undefined) return refuse(response, 400, 'expected a JSON body with a "messages" array');
    calls += 1;
    options.onRequest?.(body);
    if (options.latencyMs) await new Promise((resolve) => setTimeout(resolve, options.latencyMs));
    const text = reply(know, chat.messages);
    if (chat.stream) return send(response, 200, 'text/event-stream', completionEvents(chat, text));
    return send(response, 200, 'application/json', completion(chat, text));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, 500, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { url, ai: clientFor(url), calls: () => calls, close: () => stop(server) };
}

function stop(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

const clientFor = (apiURL: string): AxAIOpenAI<string> =>
  new AxAIOpenAI<string>({
    apiKey: 'the-simulated-lm-asks-for-no-key',
    apiURL,
    config: { model: MODEL as AxAIOpenAIModel, stream: false },
  });
