import { type SecretShape, secretShapes } from '../../fixtures/secrets.js';

/** Places in which a program, its data or its settings can hold a secret. */
export const PLACES = [
  ...['instruction', 'demo', 'input', 'nested input', 'gold', 'answer', 'thought', 'service error'],
  ...['tool arguments', 'tool result', 'feedback', 'metric error', 'error cause', 'error of a sink'],
  ...['header', 'option', 'param', 'logged param', 'tag', 'logged tag', 'run name', 'reason', 'evidence'],
  ...['text artifact', 'JSON artifact', 'artifact of bytes', 'UTF-16 artifact'],
] as const;

export type CanaryPlace = (typeof PLACES)[number];

/** A secret, and the only place that holds it. */
export interface Canary extends SecretShape {
  readonly place: CanaryPlace;
}

/** Sets of secrets of every known shape. In each, a shape goes to another place. */
const SETS = 2;

/** Returns the secrets of this seed: every known shape, in several places. */
export function canaries(seed: number): Canary[] {
  return Array.from({ length: SETS }, (_, set) =>
    secretShapes(seed + set).map((shape, i) => ({
      ...shape,
      place: PLACES[(i + set * 11) % PLACES.length] as CanaryPlace,
    })),
  ).flat();
}

/** Values without a shape. They are secrets because of where they are known from. */
export function valuesByOrigin(seed: number): Readonly<Record<Origin, string>> {
  const [words] = [secretShapes(seed + 100).map(({ core }) => core.replaceAll(/\W/g, ''))];
  const value = (i: number): string => `${words[i]?.slice(0, 12)}${words[i + 40]?.slice(0, 12)}`;
  return Object.fromEntries(ORIGINS.map((origin, i) => [origin, value(i)])) as Record<Origin, string>;
}

const ORIGINS = [
  ...[
    'service key',
    'MLflow password',
    'MLflow token',
    'OTLP header',
    'OTLP query',
    'address of a server',
    'config file',
  ],
  ...['OPENAI_API_KEY', 'GH_PAT', 'JWT_KEY', 'STRIPE_SK', 'REDIS_AUTH', 'DB_PASS', 'MY_SECRET'],
] as const;

export type Origin = (typeof ORIGINS)[number];

/** Environment variables whose values are secrets. */
export const VARIABLES = ORIGINS.filter((origin) => /^[A-Z_]+$/.test(origin));
