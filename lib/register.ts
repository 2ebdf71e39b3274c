/**
 * Turns tracking on before the app runs, without changing the app: `node --import ax-autolog/register app.js`. Reads the
 * options from `ax-autolog.config.{ts,mjs,json}` and `AX_AUTOLOG_*`.
 */

import { instrumentAx } from './capture/ax/index.js';
import { autolog } from './setup/autolog.js';
import { loadConfig } from './setup/config-file.js';

const options = await loadConfig(process.cwd(), process.env);
autolog(options);
if (!options.disable) await instrumentAx();
