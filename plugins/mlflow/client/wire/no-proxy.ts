import { isIPv4 } from 'node:net';

const CIDR = /^([\d.]+)\/(\d{1,2})$/;

/**
 * Whether `NO_PROXY` excludes an address, by the rules of Python's requests, which MLflow's own client uses: `*` alone
 * excludes everything; a name excludes itself and all names below it, with or without a leading dot; `host:port` only that
 * port; `127.0.0.1/8` a block of IPv4 addresses. Other than there, a port may also follow an IPv4 address.
 */
export function isExcluded(url: URL, noProxy: string): boolean {
  if (noProxy.trim() === '*') return true;
  const host = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(',')
    .map((rule) => rule.replaceAll(' ', ''))
    .some((rule) => rule !== '' && matches(rule, host, port));
}

function matches(rule: string, host: string, port: string): boolean {
  const block = CIDR.exec(rule);
  if (block) return isIPv4(host) && isInBlock(host, block[1] ?? '', Number(block[2]));
  const name = rule.replace(/^\.+/, '');
  return [host, `${host}:${port}`, `[${host}]`, `[${host}]:${port}`].some(
    (form) => form === name || (name !== '' && form.endsWith(`.${name}`)),
  );
}

function isInBlock(host: string, network: string, bits: number): boolean {
  if (!isIPv4(network) || bits < 1 || bits > 32) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(numberOf(host) / size) === Math.floor(numberOf(network) / size);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
