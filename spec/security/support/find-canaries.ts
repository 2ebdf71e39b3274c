/** A secret that was looked for. */
export interface Sought {
  readonly id: string;
  /** Its random part: at least ten letters and digits. */
  readonly core: string;
}

/** A secret that was found. */
export interface Found {
  readonly id: string;
  readonly form: string;
  /** The text around it. */
  readonly excerpt: string;
}

/** Characters of a secret that are enough to know it by. */
const WINDOW = 10;

/** Finds secrets in texts: any ten characters at the start, middle or end of one, in several forms. */
export class CanaryFinder {
  readonly #windows = new Map<string, Omit<Found, 'excerpt'>>();

  constructor(sought: readonly Sought[]) {
    for (const { id, core } of sought) {
      this.#add(id, 'plain', core);
      this.#add(id, 'JSON', JSON.stringify(core).slice(1, -1));
      this.#add(id, 'URL', encodeURIComponent(core));
      for (const form of base64Forms(Buffer.from(core))) this.#add(id, 'base64', form);
      for (const form of base64Forms(Buffer.from(core, 'utf16le'))) this.#add(id, 'base64 of UTF-16', form);
      this.#add(id, 'hex', Buffer.from(core).toString('hex'));
    }
  }

  /** Returns each secret in the text once, in the form it was found in first. */
  in(output: string): Found[] {
    // UTF-16 that was read as UTF-8.
    const text = output.replaceAll('\0', '');
    const found = new Map<string, Found>();
    for (let at = 0; at + WINDOW <= text.length; at += 1) {
      const hit = this.#windows.get(text.slice(at, at + WINDOW));
      if (hit && !found.has(hit.id)) {
        found.set(hit.id, { ...hit, excerpt: text.slice(Math.max(0, at - 60), at + 30) });
      }
    }
    return [...found.values()];
  }

  #add(id: string, form: string, text: string): void {
    for (const at of [0, Math.floor((text.length - WINDOW) / 2), text.length - WINDOW]) {
      const window = text.slice(Math.max(0, at)).slice(0, WINDOW);
      if (window.length === WINDOW && !this.#windows.has(window)) this.#windows.set(window, { id, form });
    }
  }
}

/** The base64 of bytes within others, for each position they can start at: without the characters that mix with others. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(before === 0 ? 0 : before + 1, -2);
  });
}
