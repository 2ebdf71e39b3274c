#!/usr/bin/env node
import { runCli } from './program.js';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
process.exitCode = await runCli(process.argv.slice(2), { signal: interrupt.signal });
