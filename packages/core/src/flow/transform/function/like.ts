/** LIKE patterns: pieces between `%`, each found as early as it can be, so that a text is never gone over twice for the same piece. */
import { foldText } from "../expression-value.ts";

export interface LikePattern {
  readonly matches: (text: string) => boolean;
  /** What a match costs at worst, in steps. */
  readonly steps: (characters: number) => number;
}

/** A character, or undefined for any one. */
type Piece = readonly (string | undefined)[];

/** Compiles a pattern; `escape` is one character or none. */
export function compileLike(pattern: string, escape: string): LikePattern {
  const pieces: (string | undefined)[][] = [[]];
  const letters = Array.from(pattern);
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] as string;
    const next = letters[at + 1];
    if (letter === escape && next !== undefined) {
      pieces.at(-1)?.push(fold(next));
      at++;
    } else if (letter === "%") pieces.push([]);
    else pieces.at(-1)?.push(letter === "_" ? undefined : fold(letter));
  }
  const size = letters.length + 1;
  return {
    matches: (text) => matchPieces(pieces, foldedLetters(text)),
    steps: (characters) => Math.ceil((characters * (size + 4)) / 256),
  };
}

/** The letters of a text in one case: the text itself where each of them is one unit, as nearly always. */
function foldedLetters(text: string): ArrayLike<string> {
  const upper = text.toUpperCase();
  return upper.length === text.length && !/[\ud800-\udfff]/.test(text) ? upper : Array.from(text, fold);
}

/** Unlike a comparison a match does not look away from blanks at the end. */
function fold(letter: string): string {
  return letter === " " ? letter : foldText(letter);
}

function matchPieces(pieces: readonly Piece[], text: ArrayLike<string>): boolean {
  const first = pieces[0] as Piece;
  const last = pieces.at(-1) as Piece;
  if (pieces.length === 1) return text.length === first.length && standsAt(first, text, 0);
  if (!standsAt(first, text, 0)) return false;
  const end = text.length - last.length;
  let at = first.length;
  if (at > end || !standsAt(last, text, end)) return false;
  for (const piece of pieces.slice(1, -1)) {
    while (at + piece.length <= end && !standsAt(piece, text, at)) at++;
    at += piece.length;
    if (at > end) return false;
  }
  return true;
}

function standsAt(piece: Piece, text: ArrayLike<string>, at: number): boolean {
  if (at + piece.length > text.length) return false;
  for (let index = 0; index < piece.length; index++) {
    const wanted = piece[index];
    if (wanted !== undefined && wanted !== text[at + index]) return false;
  }
  return true;
}
