import { expect } from 'chai';
import { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { type Credentials, credentialsFrom } from '../../../plugins/mlflow/client/credentials.js';
import { MlflowError } from '../../../plugins/mlflow/client/errors.js';
import { proxyFor } from '../../../plugins/mlflow/client/wire/proxy.js';

/** A token that must reach the server and no one else. */
export const TOKEN = 'dapi-correct-horse-battery';

/** Options of {@link clientFor}. */
export interface ClientOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly ca?: string;
  readonly timeoutMs?: number;
}

/** Creates a client with a token. */
export function clientFor(baseUrl: string, { env = {}, ca, timeoutMs = 5_000 }: ClientOptions = {}): MlflowClient {
  const given = credentialsFrom({ token: TOKEN }, {});
  const credentials: Credentials = ca === undefined ? given : { ...given, tls: { ca } };
  return new MlflowClient({
    baseUrl,
    credentials,
    proxy: proxyFor(new URL(baseUrl), env),
    timeoutMs,
    retry: { retries: 0, firstPauseMs: 1, lastPauseMs: 1 },
    headers: {},
    background: false,
  });
}

/** Returns the error of an action, which must be a coded one. */
export async function failureOf(action: Promise<unknown>): Promise<MlflowError> {
  const error: unknown = await action.then(
    () => new Error('expected a rejection'),
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(MlflowError);
  return error as MlflowError;
}
