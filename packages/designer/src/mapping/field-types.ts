/** The types that a value can be cast to, as the mapping's own schema has them. */
export const FIELD_TYPES = ["string", "int", "float", "bool", "date", "datetime", "array", "object"] as const;
