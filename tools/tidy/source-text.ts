/**
 * Reads TypeScript as text, for rules that need no parser: imports with their lines, and code without comments and strings.
 */
export interface Import {
  readonly specifier: string;
  /** Counts from 1. */
  readonly line: number;
}

/** Specifiers of `import … from`, `export … from`, `import "x"` and `import("x")`, in order. */
export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  const pattern =
    /(?:^|\n)[ \t]*(?:import|export)\b[^;"'`]*?from\s*"([^"\n]+)"|(?:^|\n)[ \t]*import\s*"([^"\n]+)"|\bimport\(\s*"([^"\n]+)"/g;
  return [...code.matchAll(pattern)].map((match) => ({
    specifier: match[1] ?? match[2] ?? match[3] ?? "",
    line: lineAt(code, match.index + match[0].length - 1),
  }));
}

/** The text with comments blanked; strings stay. Lines keep their numbers. */
export function withoutComments(text: string): string {
  return blank(text, { strings: false });
}

/** The text with comments and the contents of strings, templates and regular expressions blanked. Lines keep their numbers. */
export function codeOnly(text: string): string {
  return blank(text, { strings: true });
}

/** Line (from 1) of a place in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Comment, string, template piece or regular expression, whichever begins first; a regular expression only where a value may begin. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=(?:^|[(,=:[!&|?{};\n]|return|=>)[ \t]*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

function blank(text: string, options: { readonly strings: boolean }): string {
  return text.replace(TOKEN, (token) => {
    const comment = token.startsWith("//") || token.startsWith("/*");
    if (!comment && !options.strings) return token;
    // Quotes stay, so that a call with a text does not look like a call without arguments.
    if (comment) return token.replace(/[^\n]/g, " ");
    return token.slice(0, 1) + token.slice(1, -1).replace(/[^\n]/g, " ") + token.slice(-1);
  });
}
