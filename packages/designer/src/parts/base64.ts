/** A file's bytes as the API takes them within JSON. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  // A call with all bytes as arguments would exceed the stack.
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCodePoint(...bytes.subarray(at, at + 32_768));
  return btoa(binary);
}

export async function fileAsBase64(file: File): Promise<string> {
  return base64(new Uint8Array(await file.arrayBuffer()));
}
