import { randomBytes } from 'node:crypto';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Replaces a file in one step: a reader sees the old content or the new, never a part. Makes missing folders. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = await writeTemporary(path, content);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Creates a file with its whole content unless it is there already. True when this call created it. */
export async function createOnce(path: string, content: string): Promise<boolean> {
  const temporary = await writeTemporary(path, content);
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return await createExclusive(path, content);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The `code` of a system error, or undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** For file systems without hard links. */
async function createExclusive(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function writeTemporary(path: string, content: string | Uint8Array): Promise<string> {
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      await rm(temporary, { force: true });
      throw error;
    }
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, content, { flag: 'wx' });
  }
  return temporary;
}
