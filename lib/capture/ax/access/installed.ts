import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCopies } from './copies.js';
import { read } from './objects.js';

/** A copy of ax that is installed, without loading it. */
export interface InstalledCopy {
  /** Its folder. */
  readonly root: string;
  /** `unknown` where its package.json does not say. */
  readonly version: string;
}

/** The copies of ax that the working directory, the main script and this package resolve to. */
export function installedCopies(): InstalledCopy[] {
  return findCopies().map(({ cjs }) => {
    const root = dirname(cjs);
    return { root, version: versionIn(root) };
  });
}

function versionIn(root: string): string {
  try {
    const version = read(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'version');
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
