import type { AnyEvent, Folder } from 'ax-autolog/sink';
import { RunFolder } from './run-folder.js';

/** Earlier events that are taken between two saves. Saving releases a long run's examples from memory. */
const SAVE_EVERY = 2_000;

/** Readable files of one run, with a {@link RunFolder} for each process that wrote events of it. */
export class RunFolders {
  readonly #folder: Folder;
  readonly #byWriter = new Map<string, RunFolder>();
  #earlier = 0;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** Takes an event. @throws AutologError `AXL_FILES_WRITE`, only for an earlier event */
  take(event: AnyEvent, isEarlier: boolean): void {
    const folder = this.#byWriter.get(event.writer) ?? new RunFolder(this.#folder, event);
    this.#byWriter.set(event.writer, folder);
    folder.take(event);
    if (!isEarlier) return;
    this.#earlier += 1;
    if (this.#earlier % SAVE_EVERY === 0) this.save();
  }

  /** Writes the changed files of every process. @throws AutologError `AXL_FILES_WRITE` */
  save(): void {
    const failures: unknown[] = [];
    for (const folder of this.#byWriter.values()) {
      try {
        folder.save();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
