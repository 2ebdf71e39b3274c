import { createRequire } from 'node:module';
import { safeJson } from 'ax-autolog/analysis';
import type { Output } from './screen.js';

/** Receives the console's lines. pino's loggers implement it. */
export interface LineLogger {
  /** Logs the details of a run: examples, LM calls and traces. */
  debug(fields: object, message: string): void;
  /** Logs the steps of a run. */
  info(fields: object, message: string): void;
  /** Logs warnings. */
  warn(fields: object, message: string): void;
  /**
   * Returns whether lines of a level are logged. If it returns false, the line is not built. Default: all levels are.
   */
  isLevelEnabled?(level: string): boolean;
}

const require = createRequire(import.meta.url);

/**
 * Creates a pino logger that writes JSON lines to `output`, each with the time of its event. pino is loaded here and
 * not at import, because loading it takes 22 ms.
 */
export function pinoOn(output: Output, level: string): LineLogger {
  const { pino } = require('pino') as typeof import('pino');
  return pino(
    { level, base: { name: 'ax-autolog' }, timestamp: false },
    { write: (line: string) => void output.write(safeJson(line)) },
  );
}
