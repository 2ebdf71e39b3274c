import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { handBatch } from '../../fixtures/hand-batch.js';
import { fixture } from '../../golden/fixture.js';
import { FakeServer, text } from './support/fake-server.js';
import { JournalOnDisk } from './support/journal.js';

describe('MLflow sink, when what was known of the server is lost', () => {
  let server: FakeServer;
  let journal: JournalOnDisk;
  beforeEach(async () => {
    server = await new FakeServer().start();
    journal = await JournalOnDisk.of(fixture());
  });
  afterEach(async () => {
    await server.stop();
    await journal.remove();
  });

  it('makes nothing twice, also if the next process finds the server down and only the one after it does not', async () => {
    await journal.sync(server.url);
    const expected = server.store.summary();
    await journal.forget();
    server.faults = ({ path }) =>
      path.includes('/experiments/') ? undefined : { when: 'before', answer: text(503, 'x') };
    const sink = journal.sink(server.url);
    const { runDir, runId } = journal;
    const rejected = Promise.resolve(handBatch(sink, fixture(), { runDir, runId })).catch((error: Error) => error);
    expect(await rejected).to.have.property('code', 'AXL_MLFLOW_BUSY');
    await sink.close?.();
    server.faults = () => undefined;
    await journal.sync(server.url);
    expect(server.store.summary()).to.deep.equal(expected);
  });
});
