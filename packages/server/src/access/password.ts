/** Passwords: argon2id with the library's parameters (19 MiB, 2 passes), checked in about the same time whether there is such a person or not. */
import { hash, verify } from "@node-rs/argon2";
import { DatongError } from "@datong/core";

const CHARACTERS_MIN = 10;
/** A longer one only costs time. */
export const PASSWORD_CHARACTERS_MAX = 256;

export async function hashPassword(name: string, password: string): Promise<string> {
  if (password.length < CHARACTERS_MIN || password.toLowerCase() === name.toLowerCase())
    throw new DatongError("PASSWORD_WEAK", { charactersMin: CHARACTERS_MIN });
  return hash(password);
}

let nobody: Promise<string> | undefined;

/** False for nobody too, after the same work. */
export async function passwordFits(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hash("there is no such person");
  const fits = await verify(stored ?? (await nobody), password);
  return stored !== null && fits;
}
