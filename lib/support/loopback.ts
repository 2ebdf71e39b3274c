import { isIPv4 } from 'node:net';

/**
 * Whether a host is this machine, so that nothing sent to it crosses a network: `localhost` and names below it, addresses that
 * begin with 127, and ::1.
 *
 * @param hostname A host without a port, as `URL.hostname` has it
 */
export function isLoopback(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  // An IPv4 address in IPv6 form: `URL` writes ::ffff:127.0.0.1 so.
  return (
    host === '::1' || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(host) || (isIPv4(host) && host.startsWith('127.'))
  );
}
