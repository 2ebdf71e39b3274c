import { AutologError } from 'ax-autolog/sink';
import { isRefusal, MlflowError } from '../client/errors.js';
import { ROOT } from '../mapping/writes.js';
import type { MlflowServer } from './server.js';
import type { DeliveryState } from './state.js';

/** What the server refuses for good is noted, reported and left out; the rest goes on. */
export class Refusals {
  readonly #options: { readonly server: MlflowServer; readonly state: DeliveryState; readonly runId: string };

  constructor(options: { readonly server: MlflowServer; readonly state: DeliveryState; readonly runId: string }) {
    this.#options = options;
  }

  /** Does something; a refusal is reported, anything else that goes wrong is thrown. False when it was refused. */
  async unlessRefused(run: string, what: string, action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      const isOurs = error instanceof AutologError && !(error instanceof MlflowError) && error.code !== 'AXL_INTERNAL';
      if (!isRefusal(error) && !isOurs) throw error;
      this.refused(run, what, error);
      return false;
    }
  }

  refused(run: string, what: string, error: AutologError): void {
    const { server, state, runId } = this.#options;
    state.add({ fact: 'refused', run, what, why: error.message });
    const code = error.code === 'AXL_MLFLOW_ARTIFACTS' ? error.code : 'AXL_MLFLOW_REFUSED';
    const whose = run === ROOT ? runId : `${run} of ${runId}`;
    server.options.warn(code, `${what} of ${whose} is left out: ${error.message}`);
  }
}
