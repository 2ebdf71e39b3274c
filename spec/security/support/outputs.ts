import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cli } from '../../cli/command-line.js';

/** Gzipped data in a file, such as the report's. */
const PACKED = /H4sI[A-Za-z0-9+/=]+/g;

/** Returns the text of every file below a folder by its path, with what is packed in it. */
export function filesIn(dir: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const path = join(dir, name);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, 'utf8');
    const packed = [...text.matchAll(PACKED)].map(([block]) => gunzipSync(Buffer.from(block, 'base64')).toString());
    texts.set(name, [name, text, ...packed].join('\n'));
  }
  return texts;
}

/** A server that takes everything and keeps the bodies. Strings in protobuf are plain text. */
export class RecordingServer {
  readonly bodies: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      this.bodies.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8'));
      response.end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Collects what this process writes to its standard streams and warns of, until it is stopped. */
export function watchProcess(): { readonly text: () => string; stop(): void } {
  let text = '';
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  for (const [i, stream] of streams.entries()) {
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      text += String(chunk);
      return Reflect.apply(originals[i] as (...args: unknown[]) => boolean, stream, [chunk, ...rest]);
    }) as typeof stream.write;
  }
  const warned = (warning: Error): void => {
    text += `${warning.message}\n`;
  };
  process.on('warning', warned);
  return {
    text: () => text,
    stop() {
      process.off('warning', warned);
      for (const [i, stream] of streams.entries()) stream.write = originals[i] as typeof stream.write;
    },
  };
}

/** Returns what the commands print about every run of a folder. */
export async function printedBy(dir: string): Promise<string> {
  const printed: string[] = [];
  const print = async (...args: string[]) => {
    const { text, notes } = await cli(args);
    printed.push(text, notes);
  };
  await print('ls', dir);
  const runs = readdirSync(dir, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name[0] !== '.',
  );
  for (const { name } of runs) {
    const run = join(dir, name);
    await print('show', run);
    await print('show', run, '--json');
    await print('show', run, '--trial', '0');
    await print('best', run);
    await print('diff', run, run);
    for (const table of ['examples', 'candidates', 'trials']) await print('export', run, '--jsonl', '--table', table);
  }
  return printed.join('\n');
}
