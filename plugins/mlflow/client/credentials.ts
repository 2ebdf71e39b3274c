import { readFileSync } from 'node:fs';
import { AutologError } from 'ax-autolog/sink';

/** Credentials and TLS settings of requests. */
export interface Credentials {
  /** Value of the `Authorization` header. */
  readonly authorization?: string;
  /** User name, if one was set. */
  readonly user?: string;
  /** Literal secrets, which must not appear in messages. */
  readonly secrets: readonly string[];
  readonly tls: {
    /** False to accept any server certificate. */
    readonly rejectUnauthorized?: boolean;
    /** PEM of the server's certificate authority. */
    readonly ca?: string;
    /** Certificate and key in one PEM, as MLflow expects them. */
    readonly clientCertificate?: { readonly cert: string; readonly key: string };
  };
}

/** Credentials from options or the address, which override those from the environment. */
export interface GivenCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * Returns the credentials in the order of MLflow's own clients: user name and password, then token. Given credentials override
 * `MLFLOW_TRACKING_USERNAME`, `MLFLOW_TRACKING_PASSWORD` and `MLFLOW_TRACKING_TOKEN`. TLS settings come from
 * `MLFLOW_TRACKING_INSECURE_TLS`, `MLFLOW_TRACKING_SERVER_CERT_PATH` and `MLFLOW_TRACKING_CLIENT_CERT_PATH`
 * (mlflow/utils/credentials.py, mlflow/utils/rest_utils.py of MLflow 3.17.2).
 *
 * @throws AutologError `AXL_MLFLOW_CONFIG` if a certificate cannot be read or both TLS variables are set
 */
export function credentialsFrom(given: GivenCredentials, env: NodeJS.ProcessEnv): Credentials {
  const isGiven = given.username !== undefined || given.token !== undefined;
  const username = isGiven ? given.username : env.MLFLOW_TRACKING_USERNAME;
  const password = isGiven ? given.password : env.MLFLOW_TRACKING_PASSWORD;
  const token = isGiven ? given.token : env.MLFLOW_TRACKING_TOKEN;
  const tls = tlsFrom(env);
  if (username && password) {
    const encoded = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
    return { authorization: `Basic ${encoded}`, user: username, secrets: [password, encoded], tls };
  }
  if (token) return { authorization: `Bearer ${token}`, secrets: [token], tls };
  return { ...(username ? { user: username } : {}), secrets: password ? [password] : [], tls };
}

/** Replaces literal and percent-encoded secrets in a text. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of new Set([secret, encodeURIComponent(secret)])) clean = clean.replaceAll(form, '[REDACTED]');
  }
  return clean;
}

function tlsFrom(env: NodeJS.ProcessEnv): Credentials['tls'] {
  const insecure = ['true', '1'].includes((env.MLFLOW_TRACKING_INSECURE_TLS ?? '').toLowerCase());
  const serverCertificate = env.MLFLOW_TRACKING_SERVER_CERT_PATH;
  const clientCertificate = env.MLFLOW_TRACKING_CLIENT_CERT_PATH;
  if (insecure && serverCertificate) {
    throw new AutologError(
      'AXL_MLFLOW_CONFIG',
      'MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH are both set. Unset one of them.',
    );
  }
  const pem = clientCertificate ? readCertificate('MLFLOW_TRACKING_CLIENT_CERT_PATH', clientCertificate) : undefined;
  return {
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(serverCertificate ? { ca: readCertificate('MLFLOW_TRACKING_SERVER_CERT_PATH', serverCertificate) } : {}),
    ...(pem ? { clientCertificate: { cert: pem, key: pem } } : {}),
  };
}

function readCertificate(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AutologError(
      'AXL_MLFLOW_CONFIG',
      `${variable} must be the path of a readable file: ${why}. Correct the path or unset the variable.`,
      { cause },
    );
  }
}
