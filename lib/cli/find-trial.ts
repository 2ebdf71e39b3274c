import { oneLine } from '../analysis/format/text.js';
import { mainCompile, outcomeOf } from '../analysis/history/outcome.js';
import type { RunHistory, TrialHistory } from '../analysis/history/types.js';
import { AutologError } from '../contract/errors.js';

/** Ways to name a trial on the command line, for `--help`. */
export const TRIAL_WORDS =
  "its number, its name such as eval_full_3, 'seed', 'best', or the beginning of a candidate's id";

const SHORTEST_ID = 4;
const SHOWN = 10;

/**
 * Finds the trial that the user named: by number, name or id. `seed` and `best` are the full evaluations that the run's
 * score comes from. The beginning of a candidate's id (4 digits or more) selects its last full evaluation, else its
 * last trial.
 *
 * @throws AutologError `AXL_TRIAL_UNKNOWN`, with the trials of the run
 */
export function findTrial(run: RunHistory, name: string): TrialHistory {
  const found =
    run.trials.find(({ name: own, trialId }) => own === name || trialId === name) ??
    (/^\d+$/.test(name) ? run.trials.find(({ index }) => index === Number(name)) : undefined) ??
    special(run, name) ??
    ofCandidate(run, name);
  if (found) return found;
  const names = run.trials.map((trial) => trial.name ?? String(trial.index));
  const shown = names.slice(0, SHOWN).map(oneLine).join(', ');
  const more = names.length > SHOWN ? `, … (0 to ${names.length - 1})` : '';
  const has = names.length === 0 ? 'It has no trials' : `It has ${shown}${more}`;
  throw new AutologError(
    'AXL_TRIAL_UNKNOWN',
    `run ${run.runId} has no trial '${name}'. ${has}. Name a trial by ${TRIAL_WORDS}.`,
  );
}

function special(run: RunHistory, name: string): TrialHistory | undefined {
  const compile = mainCompile(run);
  if (!compile) return undefined;
  if (name === 'best') return outcomeOf(compile, run.trials).bestTrial ?? undefined;
  if (name !== 'seed') return undefined;
  const own = run.trials.filter((trial) => trial.candidateId !== null && trial.candidateId === compile.seed?.id);
  return own.find(({ scope, status }) => scope === 'full' && status === 'finished') ?? own[0];
}

function ofCandidate(run: RunHistory, name: string): TrialHistory | undefined {
  if (name.length < SHORTEST_ID) return undefined;
  const own = run.trials.filter(({ candidateId }) => candidateId?.startsWith(name));
  return own.findLast(({ scope, status }) => scope === 'full' && status === 'finished') ?? own.at(-1);
}
