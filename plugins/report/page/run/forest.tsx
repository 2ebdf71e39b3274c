import type { CompilePage, IntervalPage } from '../../data/types/index.js';
import { bound, score } from '../parts/format.js';

/** The scores and intervals of seed and best on one scale, which shows at once whether the intervals overlap. */
export function Forest({ compile }: { readonly compile: CompilePage }) {
  const { seedScore, seedInterval, bestScore, bestInterval, best, seed } = compile;
  if (seedScore === null || bestScore === null || seedInterval === null || bestInterval === null || best === seed)
    return null;
  const low = Math.min(seedInterval[0], bestInterval[0]);
  const high = Math.max(seedInterval[1], bestInterval[1]);
  if (!(high > low)) return null;
  const at = (value: number): number => ((value - low) / (high - low)) * 100;
  return (
    <div
      class="forest"
      role="img"
      aria-label={`seed ${described(seedScore, seedInterval)}; best ${described(bestScore, bestInterval)}`}
    >
      <Bar name="seed" of={seedScore} interval={seedInterval} at={at} />
      <Bar name="best" of={bestScore} interval={bestInterval} at={at} />
      <span class="forest-scale number" aria-hidden="true">
        <span>{bound(low)}</span>
        <span>{bound(high)}</span>
      </span>
    </div>
  );
}

function described(value: number, [low, high]: IntervalPage): string {
  return `${score(value)}, 95 % interval ${bound(low)} to ${bound(high)}`;
}

interface BarProps {
  readonly name: string;
  readonly of: number;
  readonly interval: IntervalPage;
  readonly at: (value: number) => number;
}

function Bar({ name, of, interval: [low, high], at }: BarProps) {
  return (
    <span class={`forest-row forest-${name}`} aria-hidden="true">
      <span class="forest-name">{name}</span>
      <span class="forest-track">
        <span class="forest-bar" style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />
        <span class="forest-point" style={{ left: `${at(of)}%` }} />
      </span>
    </span>
  );
}
