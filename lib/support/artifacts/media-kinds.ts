/** Bytes at the start of a file, or at an offset from it. */
interface Signature {
  readonly kind: string;
  readonly bytes: readonly number[];
  readonly at?: number;
}

const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

const SIGNATURES: readonly Signature[] = [
  { kind: 'png', bytes: [0x89, ...ascii('PNG')] },
  { kind: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { kind: 'gif', bytes: ascii('GIF8') },
  { kind: 'webp', bytes: ascii('WEBP'), at: 8 },
  { kind: 'tiff', bytes: [0x49, 0x49, 0x2a, 0x00] },
  { kind: 'tiff', bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { kind: 'bmp', bytes: ascii('BM') },
  { kind: 'ico', bytes: [0x00, 0x00, 0x01, 0x00] },
  { kind: 'pdf', bytes: ascii('%PDF-') },
  { kind: 'wav', bytes: ascii('WAVE'), at: 8 },
  { kind: 'avi', bytes: ascii('AVI '), at: 8 },
  { kind: 'mp3', bytes: ascii('ID3') },
  { kind: 'mp3', bytes: [0xff, 0xfb] },
  { kind: 'mp3', bytes: [0xff, 0xf3] },
  { kind: 'mp3', bytes: [0xff, 0xf2] },
  { kind: 'mp4', bytes: ascii('ftyp'), at: 4 },
  { kind: 'webm', bytes: [0x1a, 0x45, 0xdf, 0xa3] },
  { kind: 'ogg', bytes: ascii('OggS') },
  { kind: 'flac', bytes: ascii('fLaC') },
  { kind: 'woff2', bytes: ascii('wOF2') },
  { kind: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'zip', bytes: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'gzip', bytes: [0x1f, 0x8b] },
  { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'bzip2', bytes: ascii('BZh') },
  { kind: 'xz', bytes: [0xfd, ...ascii('7zXZ')] },
  { kind: 'tar', bytes: ascii('ustar'), at: 257 },
  { kind: 'parquet', bytes: ascii('PAR1') },
  { kind: 'arrow', bytes: ascii('ARROW1') },
  { kind: 'sqlite', bytes: ascii('SQLite format 3\0') },
  { kind: 'hdf5', bytes: [0x89, ...ascii('HDF')] },
  { kind: 'npy', bytes: [0x93, ...ascii('NUMPY')] },
  { kind: 'safetensors', bytes: ascii('{"'), at: 8 },
  { kind: 'gguf', bytes: ascii('GGUF') },
  { kind: 'tflite', bytes: ascii('TFL3'), at: 4 },
];

/** Kinds whose files have no signature. */
const EXTENSIONS: Readonly<Record<string, string>> = { onnx: 'onnx', pkl: 'pickle', pickle: 'pickle' };

/**
 * Returns the kind of a binary file, by its first bytes or else by its extension: an image, sound, film, document, archive,
 * table, database or model. `undefined` for any other.
 */
export function mediaKind(path: string, bytes: Uint8Array): string | undefined {
  const signature = SIGNATURES.find(({ bytes: expected, at = 0 }) =>
    expected.every((byte, i) => bytes[at + i] === byte),
  );
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return signature?.kind ?? (Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined);
}
