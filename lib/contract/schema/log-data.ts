/** Checks of the data that users log. */
import type * as log from '../log-data.js';
import { byKind, type Check, check, membersOf, nullable, object } from './checks.js';
import { json, number, text } from './scalars.js';

function kind<K extends string>(value: K): Check<K> {
  return check(
    `'${value}'`,
    (got) => got === value,
    () => value,
  );
}

/** No other encoding passes: an artifact that is decoded otherwise than it was encoded is damaged. */
const encoding: Check<log.LoggedArtifact['encoding']> = check(
  `'utf8', 'base64' or 'json'`,
  (value) => value === 'utf8' || value === 'base64' || value === 'json',
  () => 'json',
);

const anyArtifact = object<log.LoggedArtifact>({ kind: kind('artifact'), path: text, content: json, encoding });

/** An artifact whose content is a text, unless it is JSON; `null` if its blob is gone. */
const artifact: Check<log.LoggedArtifact> = {
  ...anyArtifact,
  test: (value) => {
    const fault = anyArtifact.test(value);
    if (fault !== null) return fault;
    const { content, encoding } = value as { readonly content: unknown; readonly encoding: string };
    if (encoding === 'json' || typeof (content ?? '') === 'string') return null;
    return { path: ['content'], expected: `a text, because the encoding is '${encoding}'`, got: content };
  },
  mend: (value, original) => ({ ...membersOf(anyArtifact.mend(value, original)), encoding: 'json' }),
};

export const logData: Check<log.LogData> = byKind<log.LogData>({
  metric: object<log.LoggedMetric>({ kind: kind('metric'), key: text, value: number, step: nullable(number) }),
  param: object<log.LoggedParam>({ kind: kind('param'), key: text, value: json }),
  tag: object<log.LoggedTag>({ kind: kind('tag'), key: text, value: text }),
  artifact,
  message: object<log.LoggedMessage>({ kind: kind('message'), message: text, data: json }),
});
