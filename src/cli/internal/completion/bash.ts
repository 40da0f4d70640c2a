import type { Command, Flag } from "../command.ts";
import { flagsOf } from "../synopsis.ts";

/** Writes the completion script of bash. */
export function bash(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completion of hale
_hale() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" word
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$current"))
    return
  fi
  # After "--" stands a command of its own.
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    if [ "$word" = -- ]; then
      COMPREPLY=($(compgen -c -- "$current"))
      return
    fi
  done
  case "$command" in
${commands.map(caseOf).join("\n")}
  esac
}
complete -o bashdefault -o default -F _hale hale
`;
}

function caseOf(command: Command): string {
  const flags = flagsOf(command);
  const values = flags.flatMap(([name, flag]) => {
    const completed = valuesOf(flag);
    if (completed === undefined) return [];
    const forms = [`--${name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
    return [`        ${forms.join("|")}) ${completed} ;;`];
  });
  const words = flags.map(([name]) => `--${name}`);
  const own = command.arguments?.of ?? [];
  return `    ${command.name})
      case "$previous" in
${[...values, `        *) COMPREPLY=($(compgen -W "${[...words, ...own].join(" ")}" -- "$current")) ;;`].join("\n")}
      esac
      ;;`;
}

/** The completion of a flag's value; none where any text may stand, and a switch has no value. */
function valuesOf(flag: Flag): string | undefined {
  if (flag.type === "switch") return undefined;
  if (flag.type === "choice") {
    return `COMPREPLY=($(compgen -W "${flag.of.join(" ")}" -- "$current"))`;
  }
  if (flag.type === "file") return 'COMPREPLY=($(compgen -f -- "$current"))';
  if (flag.type === "folder") return 'COMPREPLY=($(compgen -d -- "$current"))';
  return "compopt +o default +o bashdefault";
}
