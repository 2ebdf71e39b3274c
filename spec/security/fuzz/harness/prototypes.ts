const BUILT_IN = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
  Number: Number.prototype,
  Boolean: Boolean.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
  Promise: Promise.prototype,
  RegExp: RegExp.prototype,
  Error: Error.prototype,
  'the constructor Object': Object,
  'the constructor Array': Array,
} as const;

type State = ReadonlyMap<string, ReadonlyMap<PropertyKey, PropertyDescriptor>>;

/** The members of the built-in prototypes as they are now. */
export function prototypes(): State {
  const members = (object: object) =>
    new Map(
      Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor]),
    );
  return new Map(Object.entries(BUILT_IN).map(([name, object]) => [name, members(object)]));
}

/** Says which members were added, changed or removed since, and puts them back. */
export function repairPrototypes(before: State): string[] {
  return Object.entries(BUILT_IN).flatMap(([name, object]) => {
    const was = before.get(name) ?? new Map<PropertyKey, PropertyDescriptor>();
    const keys = Reflect.ownKeys(object);
    if (keys.length === was.size && keys.every((key) => isSame(object, key, was.get(key)))) return [];
    const changed = [...new Set([...keys, ...was.keys()])].filter((key) => !isSame(object, key, was.get(key)));
    for (const key of changed) {
      const old = was.get(key);
      if (old) Object.defineProperty(object, key, old);
      else Reflect.deleteProperty(object, key);
    }
    return changed.map((key) => `${name} has another '${String(key)}'`);
  });
}

function isSame(object: object, key: PropertyKey, was: PropertyDescriptor | undefined): boolean {
  const is = Object.getOwnPropertyDescriptor(object, key);
  return is?.value === was?.value && is?.get === was?.get && is?.set === was?.set;
}
