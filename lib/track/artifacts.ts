import type { LoggedArtifact } from '../contract/log-data.js';
import { redactBytes } from '../support/artifacts/redact-bytes.js';
import { REDACTED } from '../support/redact/redact.js';
import { settings } from '../support/settings.js';
import { snapshotData } from '../support/snapshot/snapshot.js';

/** A file to record, or the reason why it is not recorded. */
export type FileToRecord =
  | { readonly refused: string }
  | {
      readonly data: LoggedArtifact;
      /** Whether it is redacted already. */
      readonly isRedacted: boolean;
    };

/** Returns the data to record of a file that the user logged as bytes. */
export function describeFile(path: string, bytes: Uint8Array): FileToRecord {
  const { redactor, capture } = settings();
  const recorded = redactBytes(path, bytes, redactor);
  const isRefused = 'refused' in recorded;
  if (isRefused && !capture.binary) return recorded;
  const content = Buffer.from(isRefused ? bytes : recorded.bytes).toString('base64');
  const data: LoggedArtifact = { kind: 'artifact', path, content, encoding: 'base64' };
  const isReplaced = redactor.fn !== undefined && redactor.fn(data.content, ['content']) !== data.content;
  if (isReplaced) return { data, isRedacted: false };
  // The rules for texts would find secrets in base64 by chance, and break the file.
  const shown = snapshotData({ path }, redactor) as { readonly path?: string };
  return { data: { ...data, path: shown.path ?? REDACTED }, isRedacted: true };
}
