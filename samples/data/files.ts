import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file in `samples/data`, whether this code runs from the sources or from `dist/`. */
export function dataFile(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'samples', 'data');
    if (existsSync(join(candidate, 'README.md'))) return join(candidate, name);
  }
  throw new Error('samples/data not found: expected it in a folder above this file');
}
