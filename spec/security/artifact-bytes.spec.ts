import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { startRun } from '../../lib/capture/start-run.js';
import type { AutologOptions } from '../../lib/setup/autolog.js';
import { flush } from '../../lib/setup/shutdown.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

const KEY = `sk-${'a1B2c3D4'.repeat(6)}`;
const TEXT = `name,key\ncafé,${KEY}\n`;
const REDACTED = 'name,key\ncafé,[REDACTED]\n';
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

/** Bytes of no known kind that are no text in any encoding. */
const OPAQUE = Buffer.from([0xc3, 0x28, 0x01, 0x02, 0xff, 0x03, 0x00, 0x17, 0x80, 0x99]);

const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('artifacts of bytes', () => {
  let tracking: Tracking | undefined;
  afterEach(async () => {
    await tracking?.stop();
    tracking = undefined;
  });

  async function recorded(path: string, bytes: Uint8Array, options: AutologOptions = {}) {
    tracking = startTracking({ silent: true, ...options });
    await startRun({ runName: 'bytes' }, async (run) => run.logArtifact(path, bytes));
    await flush();
    const { events } = tracking.seen;
    const logs = events.flatMap((event) =>
      event.type === 'onLog' && event.data.kind === 'artifact' ? [event.data] : [],
    );
    const warnings = events.flatMap((event) => (event.type === 'onWarning' ? [event.data] : []));
    return { bytes: logs.map(({ content }) => Buffer.from(String(content), 'base64')), warnings };
  }

  for (const [name, path, encode] of [
    ['UTF-8', 'keys.csv', (text) => Buffer.from(text)],
    ['UTF-8 with a mark, called a picture', 'keys.png', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', 'keys.txt', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without a mark', 'keys.bin', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16 of the other byte order', 'keys', (text) => bigEndian(`\ufeff${text}`)],
    ['UTF-16 of the other byte order without a mark', 'keys.dat', bigEndian],
    ['Latin-1', 'keys.env', (text) => Buffer.from(text, 'latin1')],
  ] as const satisfies readonly (readonly [string, string, (text: string) => Buffer])[]) {
    it(`that are text are redacted in their encoding: ${name}`, async () => {
      const { bytes, warnings } = await recorded(path, encode(TEXT));
      expect(bytes[0]?.toString('hex')).to.equal(encode(REDACTED).toString('hex'));
      expect(warnings).to.deep.equal([]);
      await tracking?.stop();
      const harmless = await recorded(path, encode(REDACTED), { capture: { binary: true } });
      expect(harmless.bytes[0]?.equals(encode(REDACTED))).to.equal(true);
    });
  }

  it('of a known kind stay as they are, byte for byte, whatever their base64 looks like', async () => {
    // In base64, these bytes read like a key of AWS.
    const likeKey = Buffer.concat([
      Buffer.from(PNG.slice(0, 8).concat(0)),
      Buffer.from('AKIAIOSFODNN7EXAMPLE', 'base64'),
    ]);
    expect(likeKey.toString('base64')).to.contain('AKIAIOSFODNN7EXAMPLE');
    for (const [path, bytes] of [
      ['a.png', likeKey],
      ['a', gzipSync(TEXT)],
      ['model.onnx', OPAQUE],
      ['t.npy', Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), OPAQUE])],
    ] as const) {
      const seen = await recorded(path, bytes);
      expect(seen.bytes[0]?.equals(bytes), path).to.equal(true);
      expect(seen.warnings).to.deep.equal([]);
      await tracking?.stop();
    }
  });

  for (const [why, path, bytes] of [
    ['of an unknown kind', 'state.bin', OPAQUE],
    [
      'with a secret in plain text',
      'a.sqlite',
      Buffer.concat([Buffer.from('SQLite format 3\0'), OPAQUE, Buffer.from(KEY)]),
    ],
    ['that are too big to be searched', 'big.png', Buffer.concat([Buffer.from(PNG), Buffer.alloc(17 * 1024 * 1024)])],
  ] as const) {
    it(`${why} are refused with a warning that names the option, which records them`, async () => {
      const refused = await recorded(path, bytes);
      expect(refused.bytes).to.deep.equal([]);
      expect(refused.warnings.map(({ code }) => code)).to.deep.equal(['AXL_ARTIFACT_REFUSED']);
      expect(refused.warnings[0]?.message).to.contain(`'${path}'`).and.contain('capture: { binary: true }');
      await tracking?.stop();
      const seen = await recorded(path, bytes, { capture: { binary: true } });
      expect(seen.bytes[0]?.equals(bytes)).to.equal(true);
      expect(seen.warnings).to.deep.equal([]);
    });
  }
});
