import { EVENT_TYPES } from '../../../../lib/contract/events.js';
import { attack } from './attacks.js';
import type { Loose } from './base-journals.js';
import { asRaw, extremeOf, HOSTILE_NAMES, hostileValue } from './hostile-values.js';
import type { Random } from './random.js';

type Damage = (events: Loose[], random: Random) => void;

const PLACES = ['runId', 'compileId', 'trialId', 'evalId', 'candidateId', 'parentRunId', 'writer', 'type'];
/** Fields that name files, series or rows: the ones worth a hostile name. */
const NAMING =
  /^(index|step|key|name|path|id|candidateId|trialId|externalRunId|optimizer|exampleId|digest|format|kind)$/;
const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'then', 'length', ''];

/** Ways to damage a list of events, the likely ones several times. */
const DAMAGES: readonly Damage[] = [
  extremeValue,
  extremeValue,
  extremeValue,
  extremeValue,
  extremeValue,
  wrongValue,
  wrongValue,
  wrongValue,
  wrongName,
  wrongName,
  wrongPlace,
  wrongPlace,
  missingField,
  missingField,
  oddKey,
  oddKey,
  oddEnvelope,
  repeated,
  removed,
  shuffled,
  retyped,
  inserted,
  inserted,
  inserted,
];

/** Damages a journal's events in up to eight ways. Returns what was done, for a person who looks for the cause. */
export function damageEvents(events: Loose[], random: Random): string[] {
  const count = 1 + random.below(8);
  return Array.from({ length: count }, () => {
    const damage = random.pick(DAMAGES);
    if (events.length > 0) damage(events, random);
    return damage.name;
  });
}

interface Slot {
  readonly holder: Loose;
  readonly key: string;
}

/** Every field of an event, at any depth. */
function slotsOf(value: unknown, found: Slot[] = []): Slot[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value as Loose, key });
    slotsOf((value as Loose)[key], found);
  }
  return found;
}

function anySlot(events: readonly Loose[], random: Random, named?: RegExp): Slot | undefined {
  const slots = slotsOf(random.pick(events)).filter(({ key }) => named?.test(key) ?? true);
  return slots.length === 0 ? undefined : random.pick(slots);
}

function set(slot: Slot | undefined, value: unknown): void {
  // An array has a length already.
  if (!slot || Object.getOwnPropertyDescriptor(slot.holder, slot.key)?.configurable === false) return;
  Object.defineProperty(slot.holder, slot.key, { value, enumerable: true, configurable: true, writable: true });
}

function wrongValue(events: Loose[], random: Random): void {
  set(anySlot(events, random), hostileValue(random));
}

/** Another value of the same type: what a check of types lets pass. */
function extremeValue(events: Loose[], random: Random): void {
  const slot = anySlot(events, random);
  if (slot) set(slot, extremeOf(slot.holder[slot.key], random));
}

/** The same hostile name in one field of several events. */
function wrongName(events: Loose[], random: Random): void {
  const name = random.pick(HOSTILE_NAMES);
  const first = anySlot(events, random, NAMING);
  set(first, name);
  if (!first || random.chance(0.5)) return;
  for (const event of events) {
    for (const slot of slotsOf(event)) if (slot.key === first.key && random.chance(0.7)) set(slot, name);
  }
}

function wrongPlace(events: Loose[], random: Random): void {
  const key = random.pick(PLACES);
  const value = random.chance(0.7) ? random.pick(HOSTILE_NAMES) : hostileValue(random);
  const isEverywhere = random.chance(0.4);
  for (const event of isEverywhere ? events : [random.pick(events)]) set({ holder: event, key }, value);
}

function missingField(events: Loose[], random: Random): void {
  const slot = anySlot(events, random);
  if (slot) delete slot.holder[slot.key];
}

function oddKey(events: Loose[], random: Random): void {
  const slot = anySlot(events, random);
  const value = slot?.holder[slot.key];
  const holder = typeof value === 'object' && value !== null ? (value as Loose) : slot?.holder;
  if (holder)
    set({ holder, key: random.chance(0.7) ? random.pick(KEYS) : random.pick(HOSTILE_NAMES) }, oddContent(random));
}

function oddContent(random: Random): unknown {
  return random.chance(0.5) ? { polluted: 1, get: 'x', value: 1 } : hostileValue(random);
}

function oddEnvelope(events: Loose[], random: Random): void {
  const event = random.pick(events);
  const change: readonly [string, unknown][] = [
    ['v', random.pick([0, 2, 99, -1, '1', null, asRaw('1e999')])],
    ['seq', random.pick([-1, 0, 1e15, 0.5, '0', null, asRaw('1e999')])],
    ['time', random.pick([0, -1e300, 1e300, 8.65e15, '0', null, asRaw('1e999')])],
    ['writer', random.pick(HOSTILE_NAMES)],
    ['derived', random.pick([null, {}, 'x', [1], ['__proto__']])],
    ['data', random.pick([null, [], 'x', {}, 1])],
  ];
  const [key, value] = random.pick(change);
  event[key] = value;
}

function repeated(events: Loose[], random: Random): void {
  const at = random.below(events.length);
  const copies = Array.from({ length: 1 + random.below(3) }, () => structuredClone(events[at] as Loose));
  events.splice(random.below(events.length + 1), 0, ...copies);
}

function removed(events: Loose[], random: Random): void {
  events.splice(random.below(events.length), 1 + random.below(4));
}

function shuffled(events: Loose[], random: Random): void {
  const [a, b] = [random.below(events.length), random.below(events.length)];
  [events[a], events[b]] = [events[b] as Loose, events[a] as Loose];
}

/** The data of one type under the name of another. */
function retyped(events: Loose[], random: Random): void {
  const names: readonly string[] = [...EVENT_TYPES, 'onSomethingNewer', '__proto__', 'constructor', 'setup', 'close'];
  random.pick(events).type = random.pick(names);
}

function inserted(events: Loose[], random: Random): void {
  events.splice(random.below(events.length + 1), 0, ...attack(random));
}
