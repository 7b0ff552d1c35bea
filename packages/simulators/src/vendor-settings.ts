/**
 * Reads a vendor's switches. `defaults` names every switch a vendor knows and gives its type by example; a given value must have
 * the same type, and an array must hold texts. A misspelt switch throws RangeError, since a test that switched nothing would
 * otherwise pass for the wrong reason.
 */
export function readVendorSettings<T extends Readonly<Record<string, unknown>>>(
  given: Readonly<Record<string, unknown>> | undefined,
  defaults: T,
): T {
  const settings: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, name)) throw new RangeError(`Unknown setting ${name}; known are ${Object.keys(defaults).join(", ")}.`);
    if (!sameType(value, defaults[name])) throw new RangeError(`The setting ${name} must be like ${JSON.stringify(defaults[name])}.`);
    settings[name] = value;
  }
  return settings as T;
}

function sameType(value: unknown, example: unknown): boolean {
  if (Array.isArray(example)) return Array.isArray(value) && value.every((item) => typeof item === "string");
  return typeof value === typeof example && (typeof value !== "number" || Number.isFinite(value));
}
