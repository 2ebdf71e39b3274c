import { AutologError } from 'ax-autolog/sink';
import { isRefusal, MlflowError } from '../client/errors.js';
import { ROOT } from '../mapping/writes.js';
import type { MlflowServer } from './server.js';
import type { DeliveryState } from './state.js';

/** Records and reports data that the server rejects permanently. It is dropped; everything else is still written. */
export class Refusals {
  readonly #options: { readonly server: MlflowServer; readonly state: DeliveryState; readonly runId: string };

  constructor(options: { readonly server: MlflowServer; readonly state: DeliveryState; readonly runId: string }) {
    this.#options = options;
  }

  /** Runs an action. Reports a permanent rejection and returns false; throws any other error. */
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

  /** Records and reports one rejection. */
  refused(run: string, what: string, error: AutologError): void {
    const { server, state, runId } = this.#options;
    state.add({ fact: 'refused', run, what, why: error.message });
    const code = error.code === 'AXL_MLFLOW_ARTIFACTS' ? error.code : 'AXL_MLFLOW_REFUSED';
    const whose = run === ROOT ? runId : `${run} of ${runId}`;
    server.options.warn(code, `${what} of ${whose} was dropped: ${error.message}`);
  }
}
