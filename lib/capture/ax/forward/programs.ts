import { patchAttempts } from './attempts.js';
import { patchForward } from './forward.js';
import { patchStreamingForward } from './streaming.js';

/** Makes the calls of a class of programs visible: whatever of them it owns. */
export function patchProgram(owner: object): void {
  patchForward(owner);
  patchStreamingForward(owner);
  patchAttempts(owner);
}
