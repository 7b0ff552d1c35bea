/** How a hook is called, as a command for a shell that signs by itself: instant and signature are of the moment when it runs. */

const PLACEHOLDER = "<SECRET>";

/** `secret` null: it has been told already, and is a placeholder to fill in. */
export function hookCurl(url: string, secret: string | null, body: string): string {
  return [
    `SECRET=${quoted(secret ?? PLACEHOLDER)}`,
    `BODY=${quoted(body)}`,
    "AT=$(date +%s)",
    `SIGNATURE=$(printf '%s.%s' "$AT" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)`,
    `curl -X POST ${quoted(url)} \\`,
    "  -H 'Content-Type: application/json' \\",
    '  -H "X-Datong-Timestamp: $AT" \\',
    '  -H "X-Datong-Signature: sha256=$SIGNATURE" \\',
    '  --data-raw "$BODY"',
  ].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
