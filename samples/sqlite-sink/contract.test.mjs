// Runs the contract of all sinks on this sink, with Node's test runner: `node --test`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sinkContract } from 'ax-autolog/testing';
import Database from 'libsql';
import { sqlite } from './sink.mjs';

const QUERIES = [
  'SELECT name, kind, status FROM runs WHERE run = ?',
  'SELECT trial, name, scope, status, score, n FROM trials WHERE run = ? ORDER BY trial',
  'SELECT evaluation, position, score, example FROM examples WHERE run = ? ORDER BY evaluation, position, example',
];

function make() {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-sink-'));
  const file = join(folder, 'runs.db');
  const read = (runId) => {
    const db = new Database(file);
    try {
      return QUERIES.map((query) => JSON.stringify(db.prepare(query).raw().all(runId))).join('\n');
    } finally {
      db.close();
    }
  };
  const cleanup = () => rmSync(folder, { recursive: true, force: true });
  return { sink: sqlite({ file }), read, reopen: () => sqlite({ file }), cleanup };
}

for (const { name, run } of sinkContract(make, { delivery: 'journal' })) test(name, run);
