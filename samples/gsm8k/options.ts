import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Auto } from '../teleprompters/mipro/settings.js';

/** What the command line of the main sample says. */
export interface Options {
  /** A file in GSM8K's format; `undefined` for the problems that come with the repository. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly auto: Auto;
  /** Where runs are kept. */
  readonly journalDir: string;
  /** Ignore provider keys. */
  readonly simulated: boolean;
  readonly help: boolean;
}

/** The command line in words. */
export const USAGE = `Optimizes a chain-of-thought program on grade-school word problems: MIPROv2, then AxGEPA, then an evaluation.

  npm start -- [options]

  --data FILE.jsonl    problems in GSM8K's format (default: the 252 that come with the repository)
  --seed N             seed of searches and simulated LM (default 1)
  --auto LEVEL         light, medium or heavy: how much MIPROv2 may spend (default light)
  --journal-dir DIR    where runs are kept (default: AX_AUTOLOG_DIR, else .ax-autolog)
  --simulated          use the simulated LM even where a provider key is set
  --help               this text
`;

const isAuto = (text: string): text is Auto => ['light', 'medium', 'heavy'].includes(text);

/** Reads the command line. Throws with what came and what is expected. */
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
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed: expected an integer, got "${values.seed}"`);
  if (!isAuto(auto)) throw new Error(`--auto: expected light, medium or heavy, got "${auto}"`);
  return { data, seed, auto, journalDir: resolve(values['journal-dir']), simulated, help };
}
