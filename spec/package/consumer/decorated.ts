import { registry, trackCompile, trackTrial } from 'ax-autolog';
import { recorder } from 'ax-autolog/testing';

interface Example {
  readonly question: string;
}

@trackCompile()
class Guess {
  readonly tries = 3;

  async compile(program: { guess: number }, examples: readonly Example[]): Promise<{ guess: number }> {
    let best = -1;
    for (let guess = 0; guess < this.tries; guess += 1) best = Math.max(best, await this.evaluate(guess, examples));
    return { guess: best + program.guess };
  }

  @trackTrial()
  async evaluate(guess: number, examples: readonly Example[]): Promise<number> {
    return guess / examples.length;
  }
}

const seen = recorder();
registry.register(seen);
const best = await new Guess().compile({ guess: 0 }, [{ question: 'a' }, { question: 'b' }]);
await seen.settled();
const trials = seen.of('onTrialEnd').map((event) => event.data.score);
const ended: string[] = seen.of('onCompileEnd').map((event) => event.data.status);
console.log(JSON.stringify({ best, trials, ended }));
