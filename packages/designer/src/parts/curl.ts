/** A request as the ledger shows it, as a cURL command for a shell. What was masked is a placeholder to fill in. */

const MASKED = /\*{3}/g;
const PLACEHOLDER = "<SECRET>";

/** `text`: method and address, headers, an empty line, the body. */
export function curlOf(text: string): string {
  const at = text.search(/\r?\n\r?\n/);
  const head = at < 0 ? text : text.slice(0, at);
  const body = at < 0 ? "" : text.slice(at).replace(/^\r?\n\r?\n/, "");
  const [first = "", ...headers] = head.split(/\r?\n/);
  const [method = "GET", ...url] = first.split(" ");
  const lines = [
    `curl -X ${method} ${quoted(url.join(" "))}`,
    ...headers.filter((header) => header !== "").map((header) => `  -H ${quoted(header)}`),
    ...(body === "" ? [] : [`  --data-raw ${quoted(body)}`]),
  ];
  return lines.join(" \\\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll(MASKED, PLACEHOLDER).replaceAll("'", String.raw`'\''`)}'`;
}
