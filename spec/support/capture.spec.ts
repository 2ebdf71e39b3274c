import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { autolog } from '../../lib/setup/autolog.js';
import { shutdown } from '../../lib/setup/shutdown.js';
import { captureOf, withoutQuotes } from '../../lib/support/capture.js';
import { settings } from '../../lib/support/settings.js';

const EVERYTHING = { inputs: true, outputs: true, prompts: true };

describe('the switches of capture', () => {
  afterEach(async () => {
    delete process.env.AX_AUTOLOG_CAPTURE_INPUTS;
    autolog({ disable: true });
    await shutdown();
  });

  it('are on, unless an option or a variable turns one off', () => {
    expect(captureOf({}, {})).to.deep.equal(EVERYTHING);
    expect(captureOf({ prompts: false }, {})).to.deep.equal({ ...EVERYTHING, prompts: false });
    expect(captureOf({ inputs: undefined } as never, {})).to.deep.equal(EVERYTHING);
    for (const no of ['false', '0', 'off', 'NO', 'whatever']) {
      const env = { AX_AUTOLOG_CAPTURE_OUTPUTS: no };
      expect(captureOf({ outputs: true }, env), no).to.deep.equal({ ...EVERYTHING, outputs: false });
    }
  });

  it('stay off if only the option or only the variable says so', () => {
    const env = { AX_AUTOLOG_CAPTURE_INPUTS: 'true', AX_AUTOLOG_CAPTURE_OUTPUTS: '' };
    expect(captureOf({ inputs: false }, env)).to.deep.equal({ ...EVERYTHING, inputs: false });
  });

  it('follow the environment of an app that calls autolog itself', () => {
    process.env.AX_AUTOLOG_CAPTURE_INPUTS = 'false';
    autolog({ sinks: [], journal: false, capture: { inputs: true } });
    expect(settings().capture).to.deep.equal({ ...EVERYTHING, inputs: false });
  });
});

describe('a warning without all content', () => {
  const off = { ...EVERYTHING, prompts: false };
  const about = { message: 'it got zebra', sink: undefined, data: { zebra: 1 } };

  it('keeps its code, and the meaning of the code instead of a message that may quote', () => {
    for (const code of ['AXL_INTERNAL', 'AXL_BAD_OPTIONS', 'AXL_EVAL_METRIC', 'THEIR_OWN']) {
      const warning = withoutQuotes({ ...about, code }, off);
      expect(JSON.stringify(warning), code).to.not.include('zebra');
      expect(warning.code).to.equal(code);
    }
    expect(withoutQuotes({ ...about, code: 'AXL_INTERNAL' }, off).message).to.match(
      /^ax-autolog has an internal error/,
    );
  });

  it('stays whole if it cannot quote, is about a sink, or everything is captured', () => {
    for (const [code, sink, capture] of [
      ['AXL_JOURNAL_WRITE', undefined, off],
      ['AXL_INTERNAL', 'files', off],
      ['AXL_INTERNAL', undefined, EVERYTHING],
    ] as const) {
      const warning = { ...about, code, sink };
      expect(withoutQuotes(warning, capture)).to.equal(warning);
    }
  });
});
