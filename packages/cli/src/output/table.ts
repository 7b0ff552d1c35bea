/** Tables for a terminal: columns are as wide as their widest cell, with Chinese letters counted as two. */

/** `right` names the columns that are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = head.map((cell, i) => Math.max(width(cell), ...rows.map((row) => width(row[i] ?? ""))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const gap = " ".repeat((widths[i] ?? 0) - width(cell));
        return right.includes(i) ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  return `${[line(head), widths.map((n) => "─".repeat(n)).join("  "), ...rows.map(line)].join("\n")}\n`;
}

const WIDE = /[\p{Script=Han}\u3000-\u30ff\uac00-\ud7af\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that a text takes. */
export function width(text: string): number {
  let sum = 0;
  for (const letter of text) sum += WIDE.test(letter) ? 2 : 1;
  return sum;
}

/** The text cut to so many columns. */
export function cut(text: string, columns: number): string {
  let used = 0;
  let kept = "";
  for (const letter of text) {
    used += width(letter);
    if (used > columns) return kept;
    kept += letter;
  }
  return kept;
}
