import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { registry } from '../../lib/deliver/registry.js';
import { autolog } from '../../lib/setup/autolog.js';
import { loadConfig, optionsFromEnvironment } from '../../lib/setup/config-file.js';
import { shutdown } from '../../lib/setup/shutdown.js';
import { journalTarget, settings } from '../../lib/support/settings.js';
import { recorder } from '../../lib/testing.js';
import { tracker } from '../../lib/track/tracker.js';

describe('autolog', () => {
  afterEach(async () => {
    await shutdown();
    autolog({ disable: true });
  });

  it('has the switches and defaults of mlflow.dspy.autolog', () => {
    autolog({ sinks: [], journal: false });
    expect(settings()).to.include({
      logTraces: true,
      logTracesFromCompile: false,
      logTracesFromEval: true,
      logCompiles: false,
      logEvals: false,
      disabled: false,
      silent: false,
    });
    expect(tracker.on).to.equal(true);
    expect(tracker.logsCompiles).to.equal(false);
  });

  it('called again it replaces switches and its own sinks; registered sinks stay', async () => {
    const mine = recorder('mine');
    const first = recorder('first');
    const second = recorder('second');
    registry.register(mine);
    autolog({ sinks: [first], logCompiles: true, journal: false });
    autolog({ sinks: [second], logEvals: true, journal: false });
    expect(registry.names).to.deep.equal(['mine', 'second']);
    expect(settings()).to.include({ logCompiles: false, logEvals: true });
    autolog({ disable: true });
    expect(registry.names).to.deep.equal(['mine']);
    expect(tracker.on).to.equal(false);
  });

  it('keeps a sink that is given again open', async () => {
    let closed = 0;
    const mine = { ...recorder(), close: () => void closed++ };
    autolog({ sinks: [mine], journal: false });
    autolog({ sinks: [mine], journal: false, logEvals: true });
    await mine.settled();
    expect(closed).to.equal(0);
    expect(registry.names).to.deep.equal(['recorder']);
  });

  it('with no sinks given it writes files', () => {
    autolog({ journal: false });
    expect(registry.names).to.include('files');
  });

  it('a sink that cannot be registered changes nothing either', () => {
    registry.register(recorder('mine'));
    autolog({ sinks: [recorder('first')], journal: false });
    const before = settings();
    expect(() => autolog({ sinks: [recorder('second'), recorder('mine')] })).to.throw(/AXL_SINK_DUPLICATE.*'mine'/);
    expect(() => autolog({ sinks: [recorder('second'), recorder('second')] })).to.throw(/AXL_SINK_DUPLICATE/);
    expect(() => autolog({ sinks: [recorder('second'), { onRunEnd: () => 1 } as never] })).to.throw(/AXL_SINK_INVALID/);
    expect(registry.names).to.deep.equal(['mine', 'first']);
    expect(settings()).to.equal(before);
  });

  it('a wrong option is a coded error that names it, what came and what was expected, and changes nothing', () => {
    autolog({ sinks: [], journal: false, logCompiles: true });
    const before = settings();
    for (const [options, text] of [
      [{ logCompile: true }, /must be one of .*logCompiles.*, got 'logCompile'/],
      [{ logCompiles: 'yes' }, /logCompiles must be a boolean, got 'yes' \(string\)/],
      [{ sinks: 'files' }, /sinks must be an array.*, got 'files' \(string\)/],
      [{ sinks: ['wandb'] }, /sinks.*'console', 'files'/],
      [{ redact: { keys: [1] } }, /redact/],
      [{ capture: { input: true } }, /capture.*inputs/],
      [{ journal: { folder: 'x' } }, /journal.*dir/],
      [7, /must be an object, got 7 \(number\)/],
    ] as const) {
      expect(() => autolog(options as never))
        .to.throw(/AXL_BAD_OPTIONS/)
        .with.property('message')
        .that.matches(text);
    }
    expect(settings()).to.equal(before);
  });
});

describe('configuration', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ax-autolog-config-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const files = {
    'ax-autolog.config.json': '{ "logCompiles": true, "sinks": ["files"] }',
    'ax-autolog.config.mjs': 'export default { logCompiles: true, sinks: ["files"] };',
    'ax-autolog.config.ts': 'const logCompiles: boolean = true;\nexport default { logCompiles, sinks: ["files"] };',
  };
  for (const [name, text] of Object.entries(files)) {
    it(`reads ${name}`, async () => {
      writeFileSync(join(dir, name), text);
      expect(await loadConfig(dir, {})).to.deep.equal({ logCompiles: true, sinks: ['files'] });
    });
  }

  it('reads the file that AX_AUTOLOG_CONFIG names, and the environment wins over it', async () => {
    mkdirSync(join(dir, 'conf'));
    writeFileSync(join(dir, 'conf/a.json'), '{ "logCompiles": true, "logEvals": false }');
    const env = { AX_AUTOLOG_CONFIG: 'conf/a.json', AX_AUTOLOG_LOG_EVALS: '1', AX_AUTOLOG_SINKS: 'console, files' };
    expect(await loadConfig(dir, env)).to.deep.equal({
      logCompiles: true,
      logEvals: true,
      sinks: ['console', 'files'],
    });
  });

  it('AX_AUTOLOG_TRACE_RATE is the rate of traces, beside what else the file says of them', async () => {
    mkdirSync(join(dir, 'conf'));
    writeFileSync(join(dir, 'conf/a.json'), '{ "traces": { "rate": 1, "maxSpans": 9 } }');
    const env = { AX_AUTOLOG_CONFIG: 'conf/a.json', AX_AUTOLOG_TRACE_RATE: '0.25' };
    expect(await loadConfig(dir, env)).to.deep.equal({ traces: { rate: 0.25, maxSpans: 9 } });
    for (const bad of ['2', '-1', 'some', ' ']) {
      expect(() => optionsFromEnvironment({ AX_AUTOLOG_TRACE_RATE: bad })).to.throw(
        `AX_AUTOLOG_TRACE_RATE must be a number from 0 to 1, got '${bad}' (string)`,
      );
    }
  });

  it('AX_AUTOLOG_CAPTURE_… are switches of capture, and win over the file', async () => {
    writeFileSync(join(dir, 'ax-autolog.config.json'), '{ "capture": { "inputs": false, "prompts": false } }');
    const env = { AX_AUTOLOG_CAPTURE_OUTPUTS: 'off', AX_AUTOLOG_CAPTURE_PROMPTS: 'yes' };
    expect(await loadConfig(dir, env)).to.deep.equal({ capture: { inputs: false, outputs: false, prompts: true } });
    expect(() => optionsFromEnvironment({ AX_AUTOLOG_CAPTURE_INPUTS: 'maybe' })).to.throw(
      /AXL_CONFIG_INVALID.*AX_AUTOLOG_CAPTURE_INPUTS.*true or false, got 'maybe'/,
    );
  });

  it('AX_AUTOLOG_JOURNAL turns the journal off in each way of saying no', () => {
    const before = process.env.AX_AUTOLOG_JOURNAL;
    try {
      for (const no of ['false', '0', 'off', 'no', 'NO']) {
        process.env.AX_AUTOLOG_JOURNAL = no;
        expect(journalTarget(), no).to.equal(null);
      }
    } finally {
      if (before === undefined) delete process.env.AX_AUTOLOG_JOURNAL;
      else process.env.AX_AUTOLOG_JOURNAL = before;
    }
  });

  it('says what is wrong with a file or a variable', async () => {
    const failure = async (env: Record<string, string>): Promise<string> =>
      loadConfig(dir, env).then(
        () => 'no error',
        (error: Error) => error.message,
      );
    expect(await failure({ AX_AUTOLOG_CONFIG: 'none.json' })).to.match(
      /AXL_CONFIG_LOAD.*file that exists, got 'none\.json'/,
    );
    writeFileSync(join(dir, 'bad.json'), '{ "logCompiles": ');
    expect(await failure({ AX_AUTOLOG_CONFIG: 'bad.json' })).to.match(/AXL_CONFIG_LOAD.*bad\.json.*JSON/);
    writeFileSync(join(dir, 'none.mjs'), 'export const x = 1;');
    expect(await failure({ AX_AUTOLOG_CONFIG: 'none.mjs' })).to.match(/AXL_CONFIG_INVALID.*default export/);
    expect(() => optionsFromEnvironment({ AX_AUTOLOG_LOG_EVALS: 'maybe' })).to.throw(
      /AXL_CONFIG_INVALID.*true or false, got 'maybe'/,
    );
    writeFileSync(join(dir, 'typo.json'), '{ "logCompile": true }');
    expect(await failure({ AX_AUTOLOG_CONFIG: 'typo.json' })).to.match(
      /^AXL_CONFIG_INVALID.*typo\.json: .*got 'logCompile'/,
    );
    expect(() => optionsFromEnvironment({ AX_AUTOLOG_JOURNAL: 'maybe' })).to.throw(
      /AXL_CONFIG_INVALID.*AX_AUTOLOG_JOURNAL.*true or false, got 'maybe'/,
    );
    expect(() => optionsFromEnvironment({ AX_AUTOLOG_SINKS: 'files,mlfow' })).to.throw(
      /AXL_CONFIG_INVALID.*console, files.*'mlfow'/,
    );
  });
});
