import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

/** The checked-in files; the specs run from `dist/spec/golden`. */
export const GOLDEN = fileURLToPath(new URL('../../../spec/golden/expected', import.meta.url));

/** Set, the checked-in files are rewritten with what comes out: look at the difference before it is committed. */
export const UPDATE = Boolean(process.env.UPDATE_GOLDEN);

/** Every file below a folder by its path, as text. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths
      .sort()
      .map(async (path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts);
}

/** The folder `name` among the checked-in files holds exactly these files. */
export async function expectTree(name: string, actual: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(GOLDEN, name);
  if (UPDATE) {
    await rm(folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries(actual)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  }
  const expected = await readTree(folder);
  expect(Object.keys(actual).sort(), `files in ${name}`).to.deep.equal(Object.keys(expected).sort());
  for (const [path, text] of Object.entries(expected)) expect(actual[path], `${name}/${path}`).to.equal(text);
}
