/**
 * Takes secrets out of a text before it is stored or logged: every secret value, as it is and percent-encoded and as base64, becomes `***`.
 * Works on values, not on names, so that a secret in an unexpected place is masked too. Values under four letters are left: masking
 * them would shred the text and hide nothing.
 */
export interface Mask {
  readonly text: (text: string) => string;
}

const LENGTH_MIN = 4;

export function createMask(secrets: readonly string[]): Mask {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < LENGTH_MIN) continue;
    forms.add(secret);
    forms.add(encodeURIComponent(secret));
    forms.add(Buffer.from(secret).toString("base64"));
    forms.add(JSON.stringify(secret).slice(1, -1));
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return { text: (text) => longestFirst.reduce((masked, form) => (masked.includes(form) ? masked.replaceAll(form, "***") : masked), text) };
}
