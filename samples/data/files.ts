import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Returns the path of a file in `samples/data`, from the sources as well as from `dist/`. */
export function dataFile(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'samples', 'data');
    if (existsSync(join(candidate, 'README.md'))) return join(candidate, name);
  }
  throw new Error('samples/data must be in a folder above this file, but it was not found.');
}
