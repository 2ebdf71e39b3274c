import { type AnyEvent, EVENT_TYPES, type EventType } from 'ax-autolog';
import { type EventHandlers, handle, handles } from 'ax-autolog/sink';
import { expect } from 'chai';
import { describe, it } from 'mocha';

type Handlers = EventHandlers<string, [suffix: string]>;

const table: Handlers = {
  ...(Object.fromEntries(EVENT_TYPES.map((type) => [type, null])) as Handlers),
  onRunStart: ({ data }, suffix) => `${data.name}${suffix}`,
  onWarning: ({ data }) => data.code,
};

function event(type: string): AnyEvent {
  const data = { name: 'a run', code: 'AXL_INTERNAL' };
  return { v: 1, seq: 0, time: 0, writer: 'w', runId: 'r', type, data, derived: [] } as unknown as AnyEvent;
}

/** A type that only a newer version knows, and one that every object seems to have. */
const UNKNOWN = ['onSomethingNew', 'constructor', '__proto__'];

describe('a table of event handlers', () => {
  it('has its handler called with the event and what is passed on', () => {
    expect(handle(table, event('onRunStart'), '!')).to.equal('a run!');
    expect(handle(table, event('onWarning'), '!')).to.equal('AXL_INTERNAL');
  });

  it('leaves out the events that it has null for, and those of unknown types', () => {
    for (const type of ['onRunEnd', ...UNKNOWN]) expect(handle(table, event(type), '!'), type).to.equal(undefined);
  });

  it('says which events it has handlers for', () => {
    expect(EVENT_TYPES.filter((type) => handles(table, type))).to.deep.equal(['onRunStart', 'onWarning']);
    for (const type of UNKNOWN) expect(handles(table, type as EventType), type).to.equal(false);
  });
});
