/** Who did it, as the server keeps him (`person:zhang`, `key:wms`): the name, with a word where it was no person. */
import { deedTexts } from "../language/deed-texts.ts";
import { useTexts } from "../language/language.tsx";

export function ActorName({ actor }: { readonly actor: string }) {
  const { actors } = useTexts(deedTexts);
  const at = actor.indexOf(":");
  const kind = actor.slice(0, Math.max(0, at));
  return <>{at === -1 || actors[kind] === undefined ? actor : `${actors[kind]}${actor.slice(at + 1)}`}</>;
}
