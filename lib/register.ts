/**
 * `node --import ax-autolog/register app.js`: switches tracking on before the app runs, from `ax-autolog.config.{ts,mjs,json}`
 * and `AX_AUTOLOG_*`, without a line in the app.
 */
import { autolog } from './autolog.js';
import { instrumentAx } from './ax/index.js';
import { loadConfig } from './config.js';

const options = await loadConfig(process.cwd(), process.env);
autolog(options);
if (!options.disable) await instrumentAx();
