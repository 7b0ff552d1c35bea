/** Types of built.js for whoever checks them. */
export const PIECES: string;
export const SOURCES: readonly string[];
export function builtProgram(name: string, root?: string): string | undefined;
