/**
 * Texts sealed with AES-256-GCM under a key of 32 bytes: 12 bytes nonce, 16 bytes tag, the rest. The place where a text belongs is bound in
 * as additional data, so that a sealed text cannot be moved elsewhere.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export function seal(key: Buffer, place: string, content: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** Null where it was sealed under another key, for another place, or altered. */
export function unseal(key: Buffer, place: string, sealed: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  } catch {
    return null;
  }
}

/** DATONG_MASTER_KEY (any text, hashed to 32 bytes), else a random key in the data folder, readable by its owner alone. */
export async function masterKeyOf(dataDir: string, given: string | undefined): Promise<Buffer> {
  if (given !== undefined && given !== "") return createHash("sha256").update(given).digest();
  const path = join(dataDir, "master.key");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, randomBytes(32).toString("base64"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return Buffer.from(await readFile(path, "utf8"), "base64");
}
