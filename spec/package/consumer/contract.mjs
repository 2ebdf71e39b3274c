// The contract of sinks where fast-check is not installed: the checks that need it say so, the others do their work.
import { recorder, sinkContract } from 'ax-autolog/testing';

function makeSubject() {
  const sink = recorder();
  return { sink, read: (runId) => JSON.stringify(sink.events.filter((event) => event.runId === runId)) };
}

const failed = [];
let passed = 0;
for (const { name, run } of sinkContract(makeSubject)) {
  await run().then(
    () => {
      passed += 1;
    },
    ({ code, message }) => failed.push({ name, code, message }),
  );
}
console.log(JSON.stringify({ passed, failed }));
