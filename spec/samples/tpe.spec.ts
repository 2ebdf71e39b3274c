import { expect } from 'chai';
import { describe, it } from 'mocha';
import { random } from '../../samples/random.js';
import { CategoricalTPE, type Choice, type Space } from '../../samples/teleprompters/mipro/tpe.js';

const SPACE: Space = { 'a.instruction': 9, 'a.demos': 9 };

/** A toy: one best pair, and the better the closer. Noisy like a minibatch, by seed. */
const score = (choice: Choice, noise: number): number =>
  1 - 0.08 * Math.abs((choice['a.instruction'] ?? 0) - 6) - 0.08 * Math.abs((choice['a.demos'] ?? 0) - 2) + noise;

/** Best noiseless score that a search has seen after `trials`. */
function search(seed: number, trials: number, startupTrials: number): { best: number; asked: Choice[] } {
  const noise = random(`${seed}/noise`);
  const sampler = new CategoricalTPE(SPACE, random(seed), { startupTrials });
  const asked: Choice[] = [];
  let best = 0;
  for (let trial = 0; trial < trials; trial++) {
    const choice = sampler.ask();
    asked.push(choice);
    best = Math.max(best, score(choice, 0));
    sampler.tell(choice, score(choice, 0.04 * (noise.next() - 0.5)));
  }
  return { best, asked };
}

describe('categorical TPE', () => {
  it('finds the optimum of a toy problem sooner than random search, over 300 seeds', () => {
    const seeds = Array.from({ length: 300 }, (_, i) => i);
    const found = (startup: number) => seeds.filter((s) => search(s, 40, startup).best > 0.999).length;
    const [model, chance] = [found(10), found(Number.POSITIVE_INFINITY)];
    expect(model).to.be.above(1.4 * chance);
    expect(model).to.be.above(200);
  });

  it('is deterministic by seed', () => {
    expect(search(5, 30, 10)).to.deep.equal(search(5, 30, 10));
    expect(search(5, 30, 10).asked).to.not.deep.equal(search(6, 30, 10).asked);
  });

  it('asks uniformly at first and only for choices that exist', () => {
    const sampler = new CategoricalTPE({ x: 3, y: 1 }, random(1));
    const seen = new Set(Array.from({ length: 60 }, () => sampler.ask()['x']));
    expect([...seen].sort()).to.deep.equal([0, 1, 2]);
    for (let i = 0; i < 40; i++) {
      const choice = sampler.ask();
      expect(choice['x']).to.be.within(0, 2);
      expect(choice['y']).to.equal(0);
      sampler.tell(choice, choice['x'] === 1 ? 1 : 0);
    }
  });

  it('remembers pairs: prefers a good combination over its parts', () => {
    const sampler = new CategoricalTPE({ x: 2, y: 2 }, random(3), { startupTrials: 0 });
    for (let i = 0; i < 5; i++) {
      for (const [x, y] of [
        [0, 0],
        [1, 1],
      ] as const)
        sampler.tell({ x, y }, 1 - 0.001 * i);
      for (const [x, y] of [
        [0, 1],
        [1, 0],
      ] as const)
        sampler.tell({ x, y }, 0);
    }
    const asked = Array.from({ length: 50 }, () => sampler.ask());
    expect(asked.every(({ x, y }) => x === y)).to.equal(true);
  });

  it('still explores: the prior leaves every choice possible', () => {
    const sampler = new CategoricalTPE({ x: 4 }, random(2), { startupTrials: 1, candidates: 1 });
    for (let i = 0; i < 12; i++) sampler.tell({ x: 0 }, 1);
    const seen = new Set(Array.from({ length: 400 }, () => sampler.ask()['x']));
    expect(seen.size).to.equal(4);
  });
});

describe('seeded random', () => {
  it('repeats by seed, and forks do not disturb each other', () => {
    const draws = (seed: number) => {
      const source = random(seed);
      return [source.next(), source.int(1, 6), source.fork('x').next(), source.next()];
    };
    expect(draws(1)).to.deep.equal(draws(1));
    const [plain, forked] = [random(1), random(1)];
    forked.fork('x').next();
    expect(plain.next()).to.equal(forked.next());
  });

  it('shuffles and samples without loss', () => {
    const items = Array.from({ length: 20 }, (_, i) => i);
    const shuffled = random(4).shuffle(items);
    expect(shuffled).to.not.deep.equal(items);
    expect([...shuffled].sort((a, b) => a - b)).to.deep.equal(items);
    expect(new Set(random(4).sample(items, 7)).size).to.equal(7);
    expect(random(4).sample(items, 99).length).to.equal(20);
    expect(() => random(1).pick([])).to.throw(/at least one item/);
  });
});
