// A sink that writes runs, trials and examples into SQLite, each exactly once, even if the process is killed.
// It imports only what the package exports, so it could be a separate package.
import { AutologError, defineSink, thrownText } from 'ax-autolog/sink';
import Database from 'libsql';

const TABLES = `
  CREATE TABLE IF NOT EXISTS runs (run TEXT PRIMARY KEY, name TEXT, kind TEXT, status TEXT, started REAL, ended REAL);
  CREATE TABLE IF NOT EXISTS trials (run TEXT, trial TEXT, name TEXT, scope TEXT, candidate TEXT, status TEXT, score, n INT,
    PRIMARY KEY (run, trial));
  CREATE TABLE IF NOT EXISTS examples (run TEXT, evaluation TEXT, position INT, example TEXT, prediction TEXT, score,
    feedback TEXT, error TEXT);
  CREATE TABLE IF NOT EXISTS taken (run TEXT, writer TEXT, seq INT, PRIMARY KEY (run, writer));
`;

/** Handlers by event type. Types that are missing here are not stored. */
const HANDLERS = {
  onRunStart: (db, { runId, time, data }) => {
    db.run('INSERT OR IGNORE INTO runs (run, started) VALUES (?, ?)', runId, time);
    db.run('UPDATE runs SET name = ?, kind = ?, status = ? WHERE run = ?', data.name, data.kind, 'running', runId);
  },
  onTrialEnd: (db, { runId, trialId = '', data }) => {
    const { name, scope, candidate, status, score, n } = data;
    const values = [runId, trialId, name, scope, candidate?.id ?? null, status, score, n];
    db.run('INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...values);
  },
  onExampleEnd: (db, { runId, trialId, evalId, data }) => {
    const { index, example, prediction, score, feedback = null, error } = data;
    const texts = [JSON.stringify(example), JSON.stringify(prediction), score, feedback, error?.message ?? null];
    db.run('INSERT INTO examples VALUES (?, ?, ?, ?, ?, ?, ?, ?)', runId, trialId ?? evalId ?? '', index, ...texts);
  },
  onRunEnd: (db, { runId, time, data }) => {
    db.run('UPDATE runs SET status = ?, ended = ? WHERE run = ?', data.status, time, runId);
  },
};

/**
 * Creates a sink that writes to a SQLite file.
 *
 * The events of a batch and their position are written in one transaction, so a batch that is delivered again after a
 * crash adds nothing.
 *
 * @param {{ file: string }} options `file`: path of the database; it is created if it does not exist
 * @returns {import('ax-autolog/sink').Sink}
 * @throws AutologError `AXL_BAD_OPTIONS`
 */
export function sqlite({ file } = {}) {
  if (typeof file !== 'string' || file === '') {
    throw new AutologError('AXL_BAD_OPTIONS', `sqlite: file must be a path, got ${typeof file}. Name a file.`);
  }
  let open = null;
  const database = () => {
    open ??= connect(file);
    return open;
  };
  return defineSink({
    name: 'sqlite',
    delivery: 'journal',
    target: `sqlite:${file}`,
    setup: ({ warn }) => {
      try {
        database();
      } catch (error) {
        warn('AXL_SINK_FAILED', `sqlite: ${file} cannot be opened yet: ${thrownText(error)}`);
      }
    },
    onBatch: (events) => {
      const db = database();
      db.transaction(() => {
        for (const event of events) take(db, event);
      });
    },
    close: () => {
      open?.close();
      open = null;
    },
  });
}

/** Stores an event unless it is stored already. */
function take(db, event) {
  const { runId, writer, seq, type } = event;
  const last = db.get('SELECT seq FROM taken WHERE run = ? AND writer = ?', runId, writer)?.seq ?? -1;
  if (seq <= last) return;
  if (Object.hasOwn(HANDLERS, type)) HANDLERS[type](db, event);
  db.run('INSERT OR REPLACE INTO taken VALUES (?, ?, ?)', runId, writer, seq);
}

/** Opens the database: other processes may write to it, too. */
function connect(file) {
  const db = new Database(file, { timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(TABLES);
  const statements = new Map();
  const prepared = (sql) => {
    if (!statements.has(sql)) statements.set(sql, db.prepare(sql));
    return statements.get(sql);
  };
  return {
    run: (sql, ...values) => prepared(sql).run(...values),
    get: (sql, ...values) => prepared(sql).get(...values),
    transaction: (fn) => db.transaction(fn).immediate(),
    close: () => db.close(),
  };
}
