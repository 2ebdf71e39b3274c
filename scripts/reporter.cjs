// Mocha reporter for scripts/test.mjs. It prints failures as mocha does, and writes one JSON line per result to a file,
// synchronously, so that a crash or hang shows which test was running.
const { openSync, writeSync } = require('node:fs');
const Mocha = require('mocha');

const { EVENT_TEST_BEGIN, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } =
  Mocha.Runner.constants;

module.exports = class Results extends Mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const fd = openSync(options.reporterOptions.file, 'a');
    const write = (kind) => (test) => writeSync(fd, `${JSON.stringify({ kind, title: test?.fullTitle() ?? '' })}\n`);
    runner.on(EVENT_TEST_BEGIN, write('begin'));
    runner.on(EVENT_TEST_PASS, write('passed'));
    runner.on(EVENT_TEST_FAIL, write('failed'));
    runner.on(EVENT_TEST_PENDING, write('pending'));
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
      write('end')();
    });
  }
};
