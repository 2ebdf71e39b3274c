import { isLoopback } from 'ax-autolog/sink';

/** Names of headers that hold credentials. */
const CREDENTIALS = /auth|token|key|secret|password|credential|cookie/i;
/** Variables from which OpenTelemetry's exporter reads further headers. */
const HEADER_VARIABLES = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'] as const;

/**
 * Returns a warning if credentials for a receiver would cross the network unencrypted: they are in the address or in
 * headers, the address is plain http, and its host is not this machine. Otherwise `null`.
 */
export function plainHttpWarning(
  url: string,
  headers: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): string | null {
  const { protocol, hostname, origin, username, password } = new URL(url);
  if (protocol !== 'http:' || isLoopback(hostname)) return null;
  const fromEnvironment = HEADER_VARIABLES.flatMap((name) => (env[name] ?? '').split(','));
  const names = [...Object.keys(headers), ...fromEnvironment.map((header) => header.split('=')[0] ?? '')];
  const hasCredentials = username !== '' || password !== '' || names.some((name) => CREDENTIALS.test(name));
  if (!hasCredentials) return null;
  return `url of otel() must be an https:// address, got ${origin}: the credentials and all spans cross the network unencrypted. Use https, or a receiver on this machine.`;
}
