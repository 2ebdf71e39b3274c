// The floors of lib/, and the lint rules on imports that follow from them. `node scripts/floors.mjs` prints the rules,
// `--write` puts them into biome.json. spec/repository/structure.spec.ts checks the same list against the real imports.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files directly in lib/: the entries that the package exports. They are the floor `doors`. */
export const DOORS = ['index', 'load-best', 'register', 'sink', 'testing'];

/** Top to bottom. A file imports from its own floor and from those below it. `capture` is the files directly in it. */
export const FLOORS = [
  ...[
    'doors',
    'testing',
    'setup',
    'capture/evaluate',
    'capture/decorators',
    'capture/ax',
    'capture',
    'capture/observe',
  ],
  ...['track', 'record', 'deliver', 'journal', 'support', 'contract'],
];

/** Floors without folders of their own. */
export const FLAT = ['capture', 'capture/observe'];

/** The floors that each floor imports from. `analysis` and `cli` stand beside the others. */
export const IMPORTS = {
  ...Object.fromEntries(FLOORS.map((name, index) => [name, FLOORS.slice(index)])),
  analysis: ['analysis', 'journal', 'contract'],
  cli: ['cli', 'analysis', ...FLOORS],
};
IMPORTS.doors.push('analysis');

/** Floors that load plugins. */
export const LOADS_PLUGINS = ['setup', 'cli'];

/** Entries of this package that plugins may import, by name. */
export const PUBLIC_ENTRIES = ['ax-autolog', 'ax-autolog/sink', 'ax-autolog/analysis', 'ax-autolog/analysis/node'];

/**
 * What may be imported of Node's file system outside of the one folder that writes: reading, and what works on a file that
 * is open already.
 */
const FILE_ACCESS = {
  'node:fs': [
    ...[
      'BigIntStats',
      'Dirent',
      'accessSync',
      'constants',
      'existsSync',
      'fstatSync',
      'lstatSync',
      'readdirSync',
      'readFileSync',
    ],
    ...['readSync', 'realpathSync', 'statfsSync', 'statSync', 'Stats'],
    ...['closeSync', 'fdatasyncSync', 'ftruncateSync', 'writeSync'],
  ],
  'node:fs/promises': ['lstat', 'readdir', 'readFile', 'stat'],
};
const NO_WRITES = Object.fromEntries(
  Object.entries(FILE_ACCESS).map(([module, allowImportNames]) => [
    module,
    { allowImportNames, message: 'Only lib/support/folder writes and removes files: see openFolder.' },
  ]),
);
/** The folder that writes. */
const WRITES = 'lib/support/folder/**';

const ONE_DOOR = {
  group: ['**/ax/**', '!**/ax/index.js'],
  message: 'Other folders import only lib/capture/ax/index.ts.',
};

/** Bans of single floors, besides those on the floors above. */
const EXTRA = {
  'capture/observe': [
    {
      group: ['../*.js'],
      message: 'Observing a call must not depend on compiles and evaluations.',
    },
  ],
  'capture/evaluate': [ONE_DOOR],
  'capture/decorators': [ONE_DOOR],
  analysis: [
    { group: [':NODE:', '**/journal/**', '**/node.js'], message: 'Only lib/analysis/node.ts reads the disk.' },
  ],
  contract: [{ group: [':NODE:', ':PACKAGE:'], message: 'The contracts import nothing else.' }],
};

const PLUGIN_IMPORTS = {
  group: ['ax-autolog/**', ...PUBLIC_ENTRIES.slice(1).map((entry) => `!${entry}`), '@ax-llm/ax', '@ax-llm/ax/**'],
  message: `Of this package, plugins import only ${PUBLIC_ENTRIES.join(', ')}.`,
};

/**
 * Rules for files outside every floor, and stricter rules for parts of a floor. A later rule replaces an earlier one.
 */
const OTHERS = [
  { includes: ['lib/analysis/node.ts'], patterns: [...floors('analysis'), outside('analysis')] },
  {
    includes: ['lib/analysis/statistics/**'],
    patterns: [
      {
        group: ['**', '!./*', '!./intervals/*', '!../history/types.js', '!../../contract/*'],
        message: 'Statistics import only the contracts and the types of histories.',
      },
    ],
  },
  {
    includes: ['lib/analysis/statistics/intervals/**'],
    patterns: [{ group: ['**', '!./*', '!../*'], message: 'Intervals import only statistics.' }],
  },
  {
    includes: ['plugins/*'],
    patterns: [{ group: ['./**', '../**'], message: 'A plugin is a folder with an index.ts.' }],
  },
  ...[1, 2, 3, 4].map((depth) => ({
    includes: [`plugins/${'*/'.repeat(depth)}*`],
    patterns: [
      { group: [`${'../'.repeat(depth)}**`], message: 'Plugins import no file outside their own folder.' },
      PLUGIN_IMPORTS,
    ],
  })),
  {
    includes: ['samples/**'],
    patterns: [
      {
        group: ['**/{lib,plugins,spec,bench,dist}/**', '!ax-autolog/**'],
        message: 'Samples import by package name, as a user would.',
      },
    ],
  },
  {
    includes: ['spec/**', 'bench/**'],
    patterns: [{ group: ['**/dist/**'], message: 'Import the source, not its compiled form.' }],
  },
];

/** Bans the floors that `name` may not import, if there are any. */
function floors(name) {
  const banned = Object.keys(IMPORTS).filter((other) => !IMPORTS[name].includes(other));
  if (banned.length === 0) return [];
  // A ban on `capture/` includes its folders, except for files beside them.
  const isBeside = (other) => dirname(other) === dirname(name);
  const highest = banned.filter((other) => !other.includes('/') || !banned.includes(dirname(other)) || isBeside(other));
  const folders = highest.filter((other) => other !== 'doors').map((other) => basename(other));
  const group = [`**/{${folders}}/**`];
  // A glob cannot express how many folders up lib/ is. So the index of any folder above is banned: no file needs it.
  if (banned.includes('doors')) group.push(`{..,../..,../../..,../../../..}/{${DOORS}}.js`);
  return [{ group, message: `This floor imports only ${IMPORTS[name].join(', ')}; and no index of a folder above.` }];
}

/** Bans imports from outside lib/. */
function outside(name) {
  const plugins = LOADS_PLUGINS.includes(name) ? [] : ['**/plugins/**'];
  const ax = name === 'capture/ax' ? [] : ['@ax-llm/ax', '@ax-llm/ax/**'];
  const group = ['ax-autolog', 'ax-autolog/**', '**/{samples,spec,bench,dist}/**', ...plugins, ...ax];
  return { group, message: 'Only setup and cli load plugins, only capture/ax imports ax; lib imports nothing else.' };
}

/** Returns the path glob of a floor. */
function filesOf(name) {
  if (name === 'doors') return 'lib/*';
  return FLAT.includes(name) ? `lib/${name}/*` : `lib/${name}/**`;
}

/** Returns every rule: the files that it applies to and the imports that it bans. */
export function rules() {
  return [
    ...importRules(),
    { ...importRules().find(({ includes }) => includes[0] === 'lib/support/**'), includes: [WRITES] },
  ].map((rule) => ({ ...rule, paths: writesNothing(rule.includes[0]) ? NO_WRITES : {} }));
}

/** Whether the files of a rule leave writing to another folder. */
function writesNothing(files) {
  return /^(lib|plugins)\//.test(files) && files !== WRITES;
}

function importRules() {
  const ofFloors = Object.keys(IMPORTS).map((name) => ({
    includes: [filesOf(name)],
    patterns: [...floors(name), outside(name), ...(EXTRA[name] ?? [])],
  }));
  return [...ofFloors, ...OTHERS];
}

const OPENING = '"linter": { "rules": { "style": { "noRestrictedImports": { "level": "error", "options": {';
const CLOSING = '    ] } } } } } },\n';
const compact = (value) =>
  JSON.stringify(value, null, 1)
    .replace(/(?<=\[)\n\s*|\n\s*(?=\])/g, '')
    .replace(/\n\s*/g, ' ');

/**
 * Prints the rules as entries of `overrides`, one line per pattern. In Biome's format they would take five times as
 * many.
 */
export function print() {
  return rules()
    .map(({ includes, patterns, paths }) => {
      const lines = patterns.map((pattern) => `      ${compact(pattern)}`).join(',\n');
      return `    { "includes": ${compact(includes)}, ${OPENING} "paths": ${compact(paths)}, "patterns": [\n${lines}\n${CLOSING}`;
    })
    .join('');
}

/** Replaces the rules in the text of biome.json. */
export function update(text) {
  const start = text.indexOf('"overrides": [\n') + '"overrides": [\n'.length;
  const last = text.lastIndexOf(CLOSING);
  return text.slice(0, start) + print() + text.slice(last < 0 ? start : last + CLOSING.length);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(dirname(fileURLToPath(import.meta.url)), '../biome.json');
  if (process.argv.includes('--write')) writeFileSync(file, update(readFileSync(file, 'utf8')));
  else process.stdout.write(print());
}
