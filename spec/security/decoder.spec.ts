import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { readHistory } from '../../lib/analysis/index.js';
import { AutologError } from '../../lib/contract/errors.js';
import { type AnyEvent, EVENT_TYPES, type EventType } from '../../lib/contract/events.js';
import type { Check } from '../../lib/contract/schema/checks.js';
import { ENVELOPE } from '../../lib/contract/schema/envelope.js';
import { EVENT_CHECKS } from '../../lib/contract/schema/events.js';
import { DamagedLine, EventDecoder } from '../../lib/journal/decode/decode.js';
import { placesOf, sampleOf, VALUES, withValue } from './samples.js';

const ENVELOPE_MEMBERS = { v: 1, seq: 0, time: 1_700_000_000_000, writer: 'w', runId: 'run' };

/** The checks of every type of data, one for each kind of logged data. */
const CHECKS: readonly (readonly [type: EventType, check: Check<unknown>])[] = EVENT_TYPES.flatMap((type) => {
  const check: Check<unknown> = EVENT_CHECKS[type];
  return Object.values(check.variants ?? { check }).map((variant) => [type, variant] as const);
});

function lineOf(type: string, data: unknown, more: object = {}): string {
  return JSON.stringify({ ...ENVELOPE_MEMBERS, type, data, derived: [], ...more });
}

describe('decoder of a journal from anybody', () => {
  let folder = '';
  let problems: string[] = [];
  const decode = (line: string, blobs = true): AnyEvent | DamagedLine => {
    problems = [];
    return new EventDecoder(folder, (code) => problems.push(code), { blobs }).decode(line, 'here');
  };
  const why = (line: string): string => {
    const event = decode(line);
    return event instanceof DamagedLine ? event.why : '';
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'axl-decoder-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads an event of every type with every member', () => {
    for (const [type, check] of CHECKS) {
      const data = sampleOf(check);
      expect(check.test(data), type).to.equal(null);
      expect(decode(lineOf(type, data)), type).to.deep.equal(JSON.parse(lineOf(type, data)));
    }
  });

  it('takes a line whose member has another type for damaged, and names the member', () => {
    let tried = 0;
    for (const [type, check] of CHECKS) {
      const data = sampleOf(check);
      for (const { path, check: at } of placesOf(check)) {
        // Another word makes it data of a kind that is not known.
        const isKind = type === 'onLog' && path[0] === 'kind';
        const wrong = VALUES.filter(
          (value) => at.test(value) !== null && !(isKind && /^(text|utf8)$|^AX_SECRET_1$/.test(String(value))),
        );
        for (const value of wrong) {
          const line = lineOf(type, withValue(data, path, value));
          expect(why(line), line.slice(0, 300)).to.match(/ must be .*, got /);
          expect(why(line)).to.contain(path.at(-1));
          tried += 1;
        }
      }
    }
    expect(tried).to.be.greaterThan(2_000);
  });

  it('takes a line with a wrong envelope for damaged, and refuses newer versions only', () => {
    const whole = { ...ENVELOPE_MEMBERS, type: 'onSomethingNew', data: {}, derived: [] };
    for (const { path, check } of placesOf(ENVELOPE)) {
      for (const value of VALUES.filter((value) => check.test(value) !== null)) {
        const line = JSON.stringify(withValue({ ...whole, derived: ['x'] }, path, value));
        if (path[0] !== 'v' || typeof value !== 'number' || value < 1) expect(why(line), line).to.contain(path[0]);
      }
    }
    expect(() => decode(JSON.stringify({ v: 2 })))
      .to.throw(AutologError)
      .with.property('code', 'AXL_JOURNAL_VERSION');
    for (const name of ['../../etc', '..', '.hidden', 'a/b', 'a\\b', 'nul\0', 'x'.repeat(300)])
      expect(why(JSON.stringify({ ...whole, runId: name })), name).to.contain('runId must be a file name');
    const decoder = new EventDecoder(folder, () => undefined);
    expect(decoder.decode(JSON.stringify(whole), 'here')).to.not.be.instanceOf(DamagedLine);
    expect(decoder.decode(JSON.stringify({ ...whole, runId: 'other' }), 'here')).to.be.instanceOf(DamagedLine);
  });

  it('keeps members, types and words that a newer minor version may have written', () => {
    const line = lineOf('onSomethingNew', { anything: [{ __proto__: null }] }, { addedLater: { x: 1 } });
    expect(decode(line)).to.deep.equal(JSON.parse(line));
    const data = { ...(sampleOf(EVENT_CHECKS.onRunEnd) as object), status: 'paused', addedLater: [1] };
    expect(decode(lineOf('onRunEnd', data))).to.deep.equal(JSON.parse(lineOf('onRunEnd', data)));
    expect(decode(lineOf('onLog', { kind: 'table', rows: 3 }))).to.deep.include({ data: { kind: 'table', rows: 3 } });
  });

  it('never sets a prototype, whatever a blob or a member is called', () => {
    const ref = { sha256: '0'.repeat(64), bytes: 1 };
    const before = Object.getOwnPropertyNames(Object.prototype);
    const paths = [
      'data.__proto__.x',
      'data.constructor.prototype.x',
      'data.spans.__proto__.x',
      'data.spans.0.__proto__.x',
    ];
    const more = [
      'data.spans.length',
      'data.nowhere',
      'data',
      '',
      'data.name',
      'blobs.x',
      `data.${'spans.'.repeat(9_999)}x`,
    ];
    for (const path of [...paths, ...more]) {
      const blobs = Object.fromEntries([[path, ref]]);
      const trace = sampleOf(EVENT_CHECKS.onTraceEnd);
      expect(why(lineOf('onTraceEnd', trace, { blobs })), path).to.match(/^blobs must be places/);
    }
    const named = JSON.stringify({ ...ENVELOPE_MEMBERS, type: 'onSomethingNew', derived: [] });
    const event = decode(`${named.slice(0, -1)},"data":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}`);
    expect((event as unknown as { polluted?: number }).polluted).to.equal(undefined);
    expect(Object.getOwnPropertyNames(Object.prototype)).to.deep.equal(before);
    expect(Object.getPrototypeOf(event)).to.equal(Object.prototype);
  });

  it('refuses what is nested 100,000 levels deep, at every place', () => {
    const arrays = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const [type, check] of CHECKS) {
      for (const [at, { path }] of placesOf(check).entries()) {
        const line = lineOf(type, withValue(sampleOf(check), path, 'MARK'));
        const nested = (at % 2 === 0 ? arrays : objects)(path.length === 1 ? 100_000 : 2_000);
        expect(decode(line.replace('"MARK"', nested)), `${type} ${path}`).to.be.instanceOf(DamagedLine);
      }
    }
    const cause = `${'{"name":"E","message":"m","cause":'.repeat(100_000)}null${'}'.repeat(100_000)}`;
    const end = lineOf('onRunEnd', { status: 'failed', durationMs: 1, error: 'MARK' });
    expect(decode(end.replace('"MARK"', cause))).to.be.instanceOf(DamagedLine);
  }).timeout(60_000);

  it('refuses numbers that no number can be, and more values than fit into memory', () => {
    const line = lineOf('onSomethingNew', { big: 'MARK' });
    expect(why(line.replace('"MARK"', '1e999'))).to.contain('no number');
    expect(decode(line.replace('"MARK"', `[${'[],'.repeat(17 * 1024 * 1024)}0]`))).to.be.instanceOf(DamagedLine);
  }).timeout(60_000);

  it('puts something of the right type where a blob is gone, and never at the place of a number', () => {
    const ref = { sha256: '0'.repeat(64), bytes: 1 };
    for (const [type, check] of CHECKS) {
      for (const { path, check: at } of placesOf(check).filter(({ path }) => path.length <= 2)) {
        const line = lineOf(type, withValue(sampleOf(check), path, null), {
          blobs: { [`data.${path.join('.')}`]: ref },
        });
        const event = decode(line);
        if (at.lost === undefined) expect(event, `${type} ${path}`).to.be.instanceOf(DamagedLine);
        if (!(event instanceof DamagedLine)) expect(check.test(event.data), `${type} ${path}`).to.equal(null);
        expect(problems).to.deep.equal(['AXL_BLOB_MISSING']);
      }
    }
  });

  it('makes a history of whatever it accepts, without an error', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...CHECKS), fc.nat(), fc.constantFrom(...VALUES))), (list) => {
        const events = list.flatMap(([[type, check], at, value]) => {
          const places = placesOf(check);
          const { path } = places[at % places.length] as (typeof places)[number];
          const place = { compileId: 'c', trialId: 't' };
          const event = decode(lineOf(type, withValue(sampleOf(check), path, value), place));
          return event instanceof DamagedLine ? [] : [event];
        });
        readHistory(events, { runId: 'run', traces: 'all' });
      }),
    );
  });

  it('mends any data to data that it accepts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHECKS), fc.jsonValue(), fc.jsonValue(), ([type, check], value, original) => {
        expect(check.test(check.mend(value, original)), type).to.equal(null);
        for (const { path } of placesOf(check)) {
          const mended = check.mend(withValue(sampleOf(check), path, value), sampleOf(check));
          expect(check.test(mended), `${type} ${path}`).to.equal(null);
        }
      }),
      { numRuns: 20 },
    );
  });
});
