import { activeCompile } from 'ax-autolog';
import type { Random } from '../../random.js';
import { withDemos } from './demo-sets.js';
import type { Proposal } from './proposer.js';
import type { DemoSet, ProgramState, Student, Values } from './student.js';
import { CategoricalTPE, type Choice, type Space } from './tpe.js';

/** Input of {@link Search}: choices and budget. */
export interface SearchInput {
  readonly student: Student;
  /** Instructions by predictor id; index 0 is the student's own. */
  readonly proposals: Readonly<Record<string, readonly Proposal[]>>;
  /** Empty in a zero-shot search; index 0 is the student's own. */
  readonly demoSets: readonly DemoSet[];
  readonly valset: readonly Values[];
  readonly numTrials: number;
  readonly minibatch: boolean;
  readonly minibatchSize: number;
  readonly fullEvalSteps: number;
  readonly startupTrials: number;
  /** Returns the mean score of a state on a batch. */
  readonly score: (state: ProgramState, batch: readonly Values[], scope: TrialRecord['scope']) => Promise<number>;
  readonly random: Random;
  readonly abortSignal?: AbortSignal;
}

/** One evaluation of the search, in order. */
export interface TrialRecord {
  /** 0-based position. */
  readonly index: number;
  readonly scope: 'full' | 'minibatch';
  readonly choice: Choice;
  readonly score: number;
  /** Number of examples. */
  readonly n: number;
}

/** Result of a search: the best combination and all trials. */
export interface SearchResult {
  readonly state: ProgramState;
  readonly choice: Choice;
  /** Mean score on the whole validation set. */
  readonly score: number;
  /** Mean score of the student's initial state on the same set. */
  readonly seedScore: number;
  readonly trials: readonly TrialRecord[];
}

/** One combination of instructions and demo sets, with its scores. */
interface Candidate {
  readonly choice: Choice;
  readonly state: ProgramState;
  /** Id in the tracked compile; `undefined` if the compile is not tracked. */
  readonly id: string | undefined;
  readonly minibatchScores: number[];
  fullScore: number | undefined;
  decided: boolean;
}

const instructionOf = (id: string): string => `${id}.instruction`;
const demosOf = (id: string): string => `${id}.demos`;

/** Finds the best combination of instruction and demo set for each predictor. Use an instance for one search only. */
export class Search {
  private readonly candidates = new Map<string, Candidate>();
  private readonly trials: TrialRecord[] = [];
  private readonly space: Space;
  private readonly sampler: CategoricalTPE;

  constructor(private readonly input: SearchInput) {
    const { student, proposals, demoSets, random, startupTrials } = input;
    this.space = Object.fromEntries(
      student.predictors.flatMap((p) => [
        [instructionOf(p.id), proposals[p.id]?.length ?? 1],
        ...(demoSets.length > 0 ? [[demosOf(p.id), demoSets.length]] : []),
      ]),
    );
    this.sampler = new CategoricalTPE(this.space, random.fork('sampler'), { startupTrials });
  }

  /** Evaluates the student's initial state, then `numTrials` combinations, and returns the best by full evaluation. */
  async run(): Promise<SearchResult> {
    const { numTrials, minibatch, fullEvalSteps, abortSignal } = this.input;
    const seed = this.candidate(Object.fromEntries(Object.keys(this.space).map((name) => [name, 0])), undefined);
    let best = seed;
    await this.fullEvaluation(seed);
    for (let trial = 1; trial <= numTrials; trial++) {
      abortSignal?.throwIfAborted();
      const candidate = this.candidate(this.sampler.ask(), seed);
      if (!minibatch) {
        best = await this.challenge(best, candidate);
        continue;
      }
      await this.minibatchEvaluation(candidate);
      if (trial % fullEvalSteps !== 0 && trial !== numTrials) continue;
      const challenger = this.bestByMean();
      if (challenger !== undefined) best = await this.challenge(best, challenger);
    }
    this.rejectUndecided(best);
    const [score, seedScore] = [best.fullScore ?? 0, seed.fullScore ?? 0];
    return { state: best.state, choice: best.choice, score, seedScore, trials: this.trials };
  }

  /** Returns the candidate of a choice. A new one is proposed to the tracked compile. */
  private candidate(choice: Choice, seed: Candidate | undefined): Candidate {
    const key = JSON.stringify(choice);
    const known = this.candidates.get(key);
    if (known !== undefined) return known;
    const state = this.stateOf(choice);
    const parents = seed?.id === undefined ? [] : [seed.id];
    const id = activeCompile()?.propose(state, { parents, evidence: this.evidenceOf(choice) });
    const fresh: Candidate = {
      choice,
      state,
      id,
      minibatchScores: [],
      fullScore: undefined,
      decided: seed === undefined,
    };
    this.candidates.set(key, fresh);
    return fresh;
  }

  private stateOf(choice: Choice): ProgramState {
    const { student, proposals, demoSets } = this.input;
    const texts: Record<string, string> = { ...student.initial.texts };
    const demos: Record<string, DemoSet[string]> = {};
    for (const { id, instructionKey } of student.predictors) {
      const at = choice[instructionOf(id)] ?? 0;
      const proposal = proposals[id]?.[at];
      if (at > 0 && proposal !== undefined) texts[instructionKey] = proposal.instruction;
      demos[id] = demoSets[choice[demosOf(id)] ?? 0]?.[id] ?? [];
    }
    return demoSets.length === 0 ? { texts, demos: student.initial.demos } : withDemos(student, texts, demos);
  }

  private evidenceOf(choice: Choice): Record<string, unknown> {
    const { student, proposals } = this.input;
    const grounding = student.predictors.map((p) => [
      p.id,
      proposals[p.id]?.[choice[instructionOf(p.id)] ?? 0]?.evidence,
    ]);
    return { choice, proposals: Object.fromEntries(grounding) };
  }

  private async minibatchEvaluation(candidate: Candidate): Promise<void> {
    const { valset, minibatchSize, random, score } = this.input;
    const batch = random.sample(valset, minibatchSize);
    const mean = await score(candidate.state, batch, 'minibatch');
    candidate.minibatchScores.push(mean);
    this.record('minibatch', candidate, mean, batch.length);
  }

  private async fullEvaluation(candidate: Candidate): Promise<number> {
    const { valset, score } = this.input;
    const mean = await score(candidate.state, valset, 'full');
    candidate.fullScore = mean;
    this.record('full', candidate, mean, valset.length);
    return mean;
  }

  private record(scope: TrialRecord['scope'], { choice }: Candidate, score: number, n: number): void {
    this.trials.push({ index: this.trials.length, scope, choice, score, n });
    this.sampler.tell(choice, score);
  }

  /** Evaluates a challenger on the whole validation set. It becomes the best only with a strictly higher score. */
  private async challenge(best: Candidate, challenger: Candidate): Promise<Candidate> {
    const [bestScore, score] = [best.fullScore ?? Number.NEGATIVE_INFINITY, await this.fullEvaluation(challenger)];
    const won = score > bestScore;
    const reason = `full score ${score.toFixed(4)} ${won ? '>' : '≤'} best ${bestScore.toFixed(4)}`;
    if (challenger !== best && !challenger.decided) this.decide(challenger, won, reason);
    return won ? challenger : best;
  }

  /** Returns the candidate with the highest mean over its minibatches among those without a full evaluation. */
  private bestByMean(): Candidate | undefined {
    const mean = (c: Candidate): number => c.minibatchScores.reduce((a, b) => a + b, 0) / c.minibatchScores.length;
    return [...this.candidates.values()]
      .filter((c) => c.fullScore === undefined && c.minibatchScores.length > 0)
      .reduce<Candidate | undefined>((top, c) => (top === undefined || mean(c) > mean(top) ? c : top), undefined);
  }

  private decide(candidate: Candidate, accepted: boolean, reason: string): void {
    candidate.decided = true;
    if (candidate.id === undefined) return;
    if (accepted) activeCompile()?.accept(candidate.id, reason);
    else activeCompile()?.reject(candidate.id, reason);
  }

  private rejectUndecided(best: Candidate): void {
    for (const candidate of this.candidates.values()) {
      if (candidate === best || candidate.decided) continue;
      this.decide(candidate, false, 'its minibatch scores never earned it a full evaluation');
    }
  }
}
