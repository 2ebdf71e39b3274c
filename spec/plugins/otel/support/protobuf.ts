/** Values of a protobuf message by field number: bytes, or a number's eight, four or varint bytes. */
export type Fields = ReadonlyMap<number, readonly Buffer[]>;

/** Reads a message as far as the wire format tells: https://protobuf.dev/programming-guides/encoding/ */
export function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag & 7;
    const begin = at;
    let value: Buffer;
    if (type === 0) {
      varint();
      value = message.subarray(begin, at);
    } else {
      const length = type === 2 ? varint() : type === 1 ? 8 : 4;
      value = message.subarray(at, at + length);
      at += length;
    }
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

export function textOf(fields: Fields, field: number): string {
  return fields.get(field)?.[0]?.toString('utf8') ?? '';
}

/** A varint as a number. */
export function numberOf(fields: Fields, field: number): number {
  return [...(fields.get(field)?.[0] ?? [])].reduce((sum, byte, i) => sum + (byte & 127) * 128 ** i, 0);
}
