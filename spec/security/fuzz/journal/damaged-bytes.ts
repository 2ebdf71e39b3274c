import type { Random } from './random.js';

type Damage = (bytes: Buffer, random: Random) => Buffer;

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const BROKEN_UTF8 = ['ff', 'c0af', 'e0809f', 'eda080', 'f8888080', 'c3', 'f4908080'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Ways to damage the bytes of a segment. */
const DAMAGES: readonly Damage[] = [
  function byteOrderMark(bytes) {
    return Buffer.concat([BOM, bytes]);
  },
  function tornEnd(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function noLineFeeds(bytes) {
    return Buffer.from(bytes.toString('utf8').replaceAll('\n', ''));
  },
  function carriageReturns(bytes) {
    return Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r\n'));
  },
  function brokenUTF8(bytes, random) {
    return inserted(bytes, random.pick(BROKEN_UTF8), random);
  },
  function zeros(bytes, random) {
    return inserted(bytes, Buffer.alloc(1 + random.below(5_000)), random);
  },
  function blankLines(bytes, random) {
    return inserted(bytes, Buffer.from('\n\n \n\t\n'), random);
  },
  function changedBytes(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let left = 1 + random.below(8); left > 0 && copy.length > 0; left -= 1) {
      copy[random.below(copy.length)] = random.below(256);
    }
    return copy;
  },
  function keysTwice(bytes, random) {
    const key = random.pick(['runId', 'type', 'data', 'seq', 'writer', 'index']);
    return Buffer.from(bytes.toString('utf8').replaceAll(`"${key}":`, `"${key}":"../x","${key}":`));
  },
  function longLine(bytes, random) {
    return inserted(bytes, Buffer.alloc(random.pick([70_000, 1_000_000]), random.pick([' ', 'x', '"', '['])), random);
  },
  function otherFormat(bytes, random) {
    return random.pick([Buffer.alloc(0), Buffer.from('1f8b0800', 'hex'), Buffer.from('null\n[]\n1\n""\n'), BOM, bytes]);
  },
  function tornMiddle(bytes, random) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(40))]);
  },
];

/** Damages the bytes of a segment in one or two ways. Adds what was done to `done`. */
export function damageBytes(bytes: Buffer, random: Random, done: string[]): Buffer {
  let damaged = bytes;
  for (let left = 1 + random.below(2); left > 0; left -= 1) {
    const damage = random.pick(DAMAGES);
    done.push(damage.name);
    damaged = damage(damaged, random);
  }
  return damaged;
}

function inserted(bytes: Buffer, part: Uint8Array, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
}
