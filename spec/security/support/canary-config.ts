import type { AutologOptions } from 'ax-autolog';
import { files } from 'ax-autolog/plugins/files';
import { mlflow } from 'ax-autolog/plugins/mlflow';
import { otel } from 'ax-autolog/plugins/otel';
import { valuesByOrigin } from './canaries.js';
import type { CanaryOrder } from './canary-app.js';

const order = JSON.parse(process.env.CANARY_ORDER ?? '{}') as CanaryOrder;
const values = valuesByOrigin(order.seed);
// Nobody listens there, so that warnings name the addresses.
const nowhere = 'http://127.0.0.1:9';

const config: AutologOptions = {
  logCompiles: true,
  logEvals: true,
  logTracesFromCompile: true,
  sinks: [
    files(),
    mlflow({ trackingUri: nowhere, token: values['MLflow token'] }),
    otel({
      url: `${nowhere}/v1/traces?api_key=${values['address of a server']}`,
      headers: { 'x-auth': values['config file'] },
    }),
  ],
};

export default config;
