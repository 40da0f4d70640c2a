import { COMMANDS } from "../commands.ts";
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import { zsh } from "./zsh.ts";

const WRITERS = { bash, zsh, fish };

/** Writes the completion script of a shell, for every sub-command. */
export function completionScript(shell: keyof typeof WRITERS): string {
  return WRITERS[shell](COMMANDS);
}
