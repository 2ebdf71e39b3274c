import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Auto } from '../teleprompters/mipro/settings.js';

/** Options of the main sample's command line. */
export interface Options {
  /** A file in GSM8K's format; `undefined` for the problems of this repository. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly auto: Auto;
  /** Journal folder. */
  readonly journalDir: string;
  /** Whether to ignore provider keys. */
  readonly simulated: boolean;
  readonly help: boolean;
}

/** Text of `--help`. */
export const USAGE = `Optimizes a chain-of-thought program on grade-school word problems: MIPROv2, then AxGEPA, then an evaluation.

  npm start -- [options]

  --data FILE.jsonl    problems in GSM8K's format (default: the 252 of this repository)
  --seed N             seed of the searches and of the simulated LM (default 1)
  --auto LEVEL         budget of MIPROv2: light, medium or heavy (default light)
  --journal-dir DIR    journal folder (default: AX_AUTOLOG_DIR, else .ax-autolog)
  --simulated          use the simulated LM even if a provider key is set
  --help               show this text
`;

const isAuto = (text: string): text is Auto => ['light', 'medium', 'heavy'].includes(text);

/** Parses the command line. Throws for invalid options. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      seed: { type: 'string', default: '1' },
      auto: { type: 'string', default: 'light' },
      'journal-dir': { type: 'string', default: env['AX_AUTOLOG_DIR'] || '.ax-autolog' },
      simulated: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { data, auto, simulated, help } = values;
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be an integer, got '${values.seed}'.`);
  if (!isAuto(auto)) throw new Error(`--auto must be light, medium or heavy, got '${auto}'.`);
  return { data, seed, auto, journalDir: resolve(values['journal-dir']), simulated, help };
}
