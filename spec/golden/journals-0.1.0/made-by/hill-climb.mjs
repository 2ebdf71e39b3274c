import { activeCompile, hyperparam, trackCompile, trackTrial } from 'ax-autolog';

/** A teleprompter of one's own: it adds steps to the instruction as long as that helps. */
export class HillClimb {
  rounds = 3;
  seed = 7;

  constructor(ai) {
    this.ai = ai;
  }

  async compile(program, trainset, metric, { valset, signal } = {}) {
    const examples = valset ?? trainset;
    let best = { score: valueOf(await this.score(program, examples, metric)), instruction: 'Answer.' };
    for (let round = 1; round <= this.rounds; round += 1) {
      signal?.throwIfAborted();
      const instruction = `Answer.${' Add the units first.'.repeat(round)}`;
      program.setInstruction(instruction);
      const id = activeCompile()?.propose(program, { evidence: { round, before: best.score }, by: 'climb' });
      await this.score(program, trainset.slice(0, 2), metric);
      const score = valueOf(await this.score(program, examples, metric));
      if (score > best.score) activeCompile()?.accept(id, `${score} is above ${best.score}`);
      else activeCompile()?.reject(id, `${score} is not above ${best.score}`);
      if (score > best.score) best = { score, instruction };
    }
    program.setInstruction(best.instruction);
    return { program, bestScore: best.score };
  }

  async score(program, examples, metric) {
    const results = [];
    for (const example of examples) results.push(await this.one(program, example, metric));
    const sum = results.reduce((total, { score }) => total + (score ?? 0), 0);
    return this.told(sum / results.length, results);
  }

  async one(program, example, metric) {
    const prediction = await program.forward(this.ai, example);
    return { example, prediction, score: await metric({ prediction, example }) };
  }

  /** What a trial returns: here only the score. */
  told(score) {
    return score;
  }
}

function valueOf(told) {
  return typeof told === 'number' ? told : told.score;
}

// What the decorators' syntax in TypeScript comes to; the programs here are plain JavaScript.
const method = Object.getOwnPropertyDescriptor(HillClimb.prototype, 'score');
Object.defineProperty(HillClimb.prototype, 'score', trackTrial()(HillClimb.prototype, 'score', method) ?? method);
for (const field of ['rounds', 'seed']) hyperparam()(HillClimb.prototype, field);
trackCompile({ label: 'HillClimb' })(HillClimb);
