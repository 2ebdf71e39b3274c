// Bundles the report's page for the browser: one script, one style sheet, and the licenses of the libraries in them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = 'plugins/report/page';
/** Libraries whose code is in the bundle, with the license files to ship with it. */
const LIBRARIES = {
  echarts: ['LICENSE', 'NOTICE', 'licenses/LICENSE-d3'],
  zrender: ['LICENSE'],
  tslib: ['LICENSE.txt'],
  preact: ['LICENSE'],
  diff: ['LICENSE'],
  '@tanstack/virtual-core': ['LICENSE'],
};

/**
 * Bundles the page into `dist` below `root`; does nothing if there is no page. Returns an error message, else `null`.
 */
export async function bundle(root) {
  const source = join(root, PAGE);
  const output = join(root, 'dist', PAGE);
  if (!existsSync(source)) return null;
  const { build } = await import('esbuild');
  try {
    const result = await build({
      absWorkingDir: root,
      entryPoints: [join(source, 'main.ts'), join(source, 'main.css')],
      outdir: output,
      bundle: true,
      minify: true,
      format: 'iife',
      target: ['chrome110', 'firefox115', 'safari16.4'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      define: { 'process.env.NODE_ENV': '"production"' },
      legalComments: 'none',
      charset: 'utf8',
      metafile: true,
      logLevel: 'silent',
    });
    const unnamed = unnamedLibraries(result.metafile);
    if (unnamed.length > 0)
      return `${PAGE} bundles libraries whose licenses scripts/bundle.mjs does not name: ${unnamed}`;
  } catch (error) {
    return `bundling ${PAGE}:\n${error.message}`;
  }
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, 'NOTICES.txt'), notices(root));
  return null;
}

/** Returns the names of bundled libraries that are missing from `LIBRARIES`. */
function unnamedLibraries({ inputs }) {
  const names = Object.keys(inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined && !(name in LIBRARIES));
}

function notices(root) {
  return Object.entries(LIBRARIES)
    .map(([name, files]) => {
      const folder = join(root, 'node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const texts = files
        .map((file) => join(folder, file))
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}
