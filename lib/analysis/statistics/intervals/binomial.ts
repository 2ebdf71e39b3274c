/** Steps of the bisection: each halves the distance, so that a double cannot get closer. */
const STEPS = 64;

/**
 * Returns the exact interval of a proportion: C. Clopper and E. Pearson, "The Use of Confidence or Fiducial Limits
 * Illustrated in the Case of the Binomial", 1934. Its coverage is at least the confidence level for every proportion.
 *
 * @param successes whole number from 0 to `n`
 * @param n whole number from 1
 */
export function binomialInterval(
  successes: number,
  n: number,
  confidence: number,
): readonly [low: number, high: number] {
  const beyond = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : solve((p) => upperTail(successes, n, p) - beyond);
  const high = successes === n ? 1 : solve((p) => beyond - upperTail(n - successes, n, 1 - p));
  return [low, high];
}

/** Returns the root in [0, 1] of a function that grows there. */
function solve(growing: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < STEPS; i += 1) {
    const middle = (low + high) / 2;
    if (growing(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Returns the probability of at least `k` successes in `n`, each with probability `p`. */
function upperTail(k: number, n: number, p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  // Sums the shorter side, outwards from its largest term, which cannot underflow to 0 before it matters.
  const isShorter = k > n * p;
  const odds = p / (1 - p);
  let term = Math.exp(logTerm(isShorter ? k : k - 1, n, p));
  let sum = 0;
  if (isShorter) {
    for (let i = k; i <= n && term > 0; i += 1) {
      sum += term;
      term *= ((n - i) / (i + 1)) * odds;
    }
    return Math.min(1, sum);
  }
  for (let i = k - 1; i >= 0 && term > 0; i -= 1) {
    sum += term;
    term *= i / ((n - i + 1) * odds);
  }
  return Math.max(0, 1 - sum);
}

function logTerm(k: number, n: number, p: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
}

const EXACT_UP_TO = 256;
const logs = new Float64Array(EXACT_UP_TO);
for (let i = 2; i < EXACT_UP_TO; i += 1) logs[i] = (logs[i - 1] as number) + Math.log(i);

/** Stirling's series beyond the table: relative error below 1e-15. */
function logFactorial(n: number): number {
  if (n < EXACT_UP_TO) return logs[n] as number;
  const inverse = 1 / n;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
}
