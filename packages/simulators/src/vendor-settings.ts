/**
 * Reads a vendor's switches. `defaults` names every switch a vendor knows and gives its type by example; a given value must have
 * the same type, an array must hold texts, and a switch with `choices` must be one of them. Anything else throws RangeError,
 * since a test that switched nothing would otherwise pass for the wrong reason.
 */
export function readVendorSettings<T extends Readonly<Record<string, unknown>>>(
  given: Readonly<Record<string, unknown>> | undefined,
  defaults: T,
  choices: { readonly [K in keyof T]?: readonly string[] } = {},
): T {
  const settings: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, name)) throw new RangeError(`Unknown setting ${name}; known are ${Object.keys(defaults).join(", ")}.`);
    if (!sameType(value, defaults[name])) throw new RangeError(`The setting ${name} must be like ${JSON.stringify(defaults[name])}.`);
    const allowed = choices[name];
    if (allowed !== undefined && !allowed.includes(String(value)))
      throw new RangeError(`The setting ${name} must be one of ${allowed.join(", ")}.`);
    settings[name] = value;
  }
  return settings as T;
}

function sameType(value: unknown, example: unknown): boolean {
  if (Array.isArray(example)) return Array.isArray(value) && value.every((item) => typeof item === "string");
  return typeof value === typeof example && (typeof value !== "number" || Number.isFinite(value));
}
