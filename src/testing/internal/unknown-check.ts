import { HaleError } from "../../contract/errors.ts";
import { quoted } from "../../contract/misuse.ts";
import { nearestWord } from "../../contract/nearest-word.ts";

/** The error of a name that no check or group has, with the likeliest one that exists. */
export function unknownCheck(owner: string, name: string, known: readonly string[]): HaleError {
  const members = known.filter((other) => other.startsWith(`${name}.`));
  const likely = likeliest(name, known);
  const hint =
    members.length > 0
      ? ` It is a group here; name one of its members: ${members.join(", ")}.`
      : likely && ` Did you mean "${likely}"?`;
  const list = known.length === 0 ? "There is none." : `There are: ${known.join(", ")}.`;
  const message = `${owner} found no check ${quoted(name)}.${hint ?? ""} ${list}`;
  return new HaleError("HALE_UNKNOWN_CHECK", message);
}

/** Finds the nearest name, and else the member of a group whose last part is near. */
function likeliest(name: string, known: readonly string[]): string | undefined {
  const nearest = nearestWord(name, known);
  if (nearest !== undefined) return nearest;
  const lastParts = known.map(lastPart);
  const part = nearestWord(lastPart(name), lastParts);
  return part && known[lastParts.indexOf(part)];
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
