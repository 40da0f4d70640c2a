import { defineCommand } from "./internal/command.ts";
import { OUTPUT_EXITS } from "./internal/lost-output.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** Writes the completion script of a shell. */
export const completion = defineCommand({
  name: "completion",
  summary: "Writes the completion script of a shell.",
  description: [
    "Writes a script that completes the commands, flags and values of hale in a shell. Install it once; write it again after an update.",
  ],
  arguments: { name: "shell", summary: "The shell to write for.", min: 1, max: 1, of: SHELLS },
  flags: {},
  examples: [
    {
      command: "hale completion bash > ~/.local/share/bash-completion/completions/hale",
      effect: "Installs the script for bash.",
    },
    {
      command: "hale completion zsh > ~/.zfunc/_hale",
      effect: "Installs the script for zsh.",
    },
    {
      command: "hale completion fish > ~/.config/fish/completions/hale.fish",
      effect: "Installs the script for fish.",
    },
  ],
  exits: { 0: "The script was written to stdout.", ...OUTPUT_EXITS },
  async run({ arguments: [shell] }, terminal) {
    const { completionScript } = await import("./internal/completion/completion-script.ts");
    terminal.stdout.write(completionScript(shell as (typeof SHELLS)[number]));
    return 0;
  },
});
