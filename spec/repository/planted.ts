import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './tree.js';

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string };
}

/** A file to lint. */
export interface Planted {
  readonly path: string;
  readonly text: string;
}

/** The rule on imports. */
export const IMPORTS = 'lint/style/noRestrictedImports';

/** Text of a file that imports a module. */
export const importing = (specifier: string) =>
  `import { planted } from '${specifier}';\nexport const used = planted;\n`;

/** The relative specifier by which one file imports another. */
export function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll('\\', '/').replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Lints the files, alone in a folder, by the repository's rules. Returns the rules that each file breaks. */
export function lint(files: readonly Planted[]): (path: string) => readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-lint-'));
  try {
    for (const file of ['biome.json', '.gitignore']) cpSync(join(ROOT, file), join(folder, file));
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=5000', '.'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
    const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] };
    return (path) => [
      ...new Set(diagnostics.filter(({ location }) => location.path === path).map(({ category }) => category)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
