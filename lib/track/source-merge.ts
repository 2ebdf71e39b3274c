import { basename } from 'node:path';
import type { JsonObject } from '../contract/events.js';
import { VERSION } from '../contract/version.js';
import { gitSource } from './source.js';

let git: JsonObject | null | undefined;

/** What runs: no machine name, no user, no folder, only what helps to tell runs apart. */
export function runSource(): JsonObject {
  if (git === undefined) git = process.argv[1] ? gitSource(process.argv[1]) : null;
  return {
    script: process.argv[1] ? basename(process.argv[1]) : null,
    pid: process.pid,
    platform: process.platform,
    node: process.versions.node,
    'ax-autolog': VERSION,
    ...(git ? { git } : {}),
  };
}
