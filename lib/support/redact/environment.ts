import { looksRandom, looksSecret } from './looks.js';
import type { Redactor } from './redact.js';

/** In a shell, `PWD` is the working directory and not a password. Redacting it would redact every path below it. */
const WORKING_DIRECTORY: ReadonlySet<string> = new Set(['PWD', 'OLDPWD']);

/**
 * Teaches the redactor the secrets of the environment: values of variables with a secret name, such as `OPENAI_API_KEY`, that
 * look like secrets, and passwords in addresses, such as `DATABASE_URL`. Values that are words, paths, addresses or names of
 * models (`SECRET=development`) are not learned, since they occur in prompts.
 */
export function learnEnvironment(redactor: Redactor, env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || WORKING_DIRECTORY.has(name)) continue;
    for (const secret of secretsOf(redactor, name, value)) redactor.learn(secret);
  }
}

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;
const USERINFO = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\s]*)@/i;

function secretsOf(redactor: Redactor, name: string, value: string): readonly string[] {
  const strength = redactor.property(name).settings;
  if (strength === 'user') return [value];
  if (ADDRESS.test(value)) return [...secretsOfAddress(value), ...(isWebhook(name) ? pathsOf(value) : [])];
  if (strength === 'open') return [];
  if (/headers$/i.test(name)) return headerValues(value);
  if (strength === 'random' || strength === 'code') return looksRandom(value, true) ? [value] : [];
  return isSecretValue(value) ? [value] : [];
}

/** A random text, a word with digits or signs in it, or a long phrase. Never a plain word, number, path or list of words. */
function isSecretValue(value: string): boolean {
  if (/^(?:\.{0,2}|~|[A-Za-z]:)[/\\]/.test(value) && /^[\w./\\~: -]+$/.test(value) && !looksRandom(value, true))
    return false;
  if (/^[+-]?[\d.,:]+$/.test(value)) return false;
  const words = value.trim().split(/\s+/);
  if (isWordy(value)) return false;
  if (words.length > 1) return words.length >= 6 || words.some((word) => looksSecret(word));
  return looksSecret(value) || (/[^\w\s./:,-]/.test(value) && /[A-Za-z]/.test(value)) || looksRandom(value, true);
}

/** `not-set`, `gpt-4o-mini`, `2026-01-31`: words and short numbers with separators. */
function isWordy(value: string): boolean {
  const parts = value.split(/[-_./:]+/);
  return parts.length > 1 && parts.every((part) => /^(?:[a-z]*|[A-Z][a-z]*|[A-Z]+|[vork]?\d+[a-z]?)$/.test(part));
}

function secretsOfAddress(value: string): string[] {
  const userinfo = USERINFO.exec(value)?.[1];
  if (userinfo === undefined) return [];
  const colon = userinfo.indexOf(':');
  const password = userinfo.slice(colon + 1);
  if (colon === -1 && !looksRandom(password, true)) return [];
  return isSecretValue(password) ? withDecoded(password) : [];
}

function withDecoded(text: string): string[] {
  try {
    return [...new Set([text, decodeURIComponent(text)])];
  } catch {
    return [text];
  }
}

function isWebhook(name: string): boolean {
  return /webhook|hook_url|_dsn$/i.test(name);
}

/** Returns the random parts of an address's path, for webhooks. */
function pathsOf(value: string): string[] {
  const path = value.replace(ADDRESS, '').split('/').slice(1).join('/');
  return path.split(/[/?&=]/).filter((part) => looksRandom(part, true));
}

/** `authorization=Bearer x,x-key=y`, as OpenTelemetry takes headers. */
function headerValues(value: string): string[] {
  const values = value.split(',').map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
  return values.map((text) => text.replace(/^(?:bearer|basic|token)(?:%20|\s)+/i, '')).filter(isSecretValue);
}
