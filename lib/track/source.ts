import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { JsonObject } from '../contract/events.js';
import { VERSION } from '../contract/version.js';

/**
 * Returns commit, branch and remote address of the repository that `path` is in, `null` outside a repository. Reads the
 * files in `.git` and starts no process. Removes user name and password from the address. Never throws.
 */
export function gitSource(path: string): JsonObject | null {
  try {
    const folder = gitFolder(dirname(resolve(path)));
    if (folder === null) return null;
    // A worktree has its own HEAD and shares the other files with its repository.
    const shared = resolve(folder, read(join(folder, 'commondir')) ?? '.');
    const head = read(join(folder, 'HEAD'));
    const ref = /^ref: (.+)$/.exec(head ?? '')?.[1];
    const commit = ref === undefined ? head : commitOf(ref, folder, shared);
    if (!commit || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
    const branch = ref?.startsWith('refs/heads/') ? { branch: ref.slice('refs/heads/'.length) } : {};
    const repoURL = originIn(read(join(shared, 'config')) ?? '');
    return { commit, ...branch, ...(repoURL === null ? {} : { repoURL }) };
  } catch {
    return null;
  }
}

function gitFolder(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, '.git');
    const found = statSync(candidate, { throwIfNoEntry: false });
    if (found?.isDirectory()) return candidate;
    const link = found?.isFile() ? /^gitdir: (.+)$/m.exec(read(candidate) ?? '')?.[1] : undefined;
    if (link !== undefined) return resolve(folder, link);
    if (dirname(folder) === folder) return null;
  }
}

function commitOf(ref: string, folder: string, shared: string): string | undefined {
  const loose = read(join(folder, ref)) ?? read(join(shared, ref));
  if (loose !== undefined) return loose;
  const packed = read(join(shared, 'packed-refs')) ?? '';
  return packed
    .split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(' ')[0];
}

/** A password may hold `@`, and `/` if what is before it is no port. */
const USERINFO = /^([a-z+]+:\/\/)(?:[^/]*@|[^/@:]*:[^\d/][^@]*@)/i;

function originIn(config: string): string | null {
  const section = /\[remote "origin"\]([^[]*)/.exec(config)?.[1] ?? '';
  const url = /^\s*url\s*=\s*(.+?)\s*$/m.exec(section)?.[1];
  return url === undefined ? null : url.replace(USERINFO, '$1');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

let git: JsonObject | null | undefined;

/**
 * Describes the program that makes this run: script, process id, platform, versions and commit. Contains no folder, user
 * name or machine name.
 */
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
