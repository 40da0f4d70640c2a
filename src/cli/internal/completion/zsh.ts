import type { Command, Flag } from "../command.ts";
import { flagsOf } from "../synopsis.ts";

/** Writes the completion script of zsh. */
export function zsh(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`);
  return `#compdef hale
# zsh completion of hale
_hale() {
  local -a commands
  if (( CURRENT == 2 )); then
    commands=(
${names.join("\n")}
    )
    _describe command commands
    return
  fi
  # After "--" stands a command of its own.
  local -i end=\${words[(i)--]}
  if (( end < CURRENT )); then
    shift $end words
    (( CURRENT -= end ))
    _normal
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${commands.map(caseOf).join("\n")}
  esac
}
_hale "$@"
`;
}

function caseOf(command: Command): string {
  const specs = flagsOf(command).flatMap(([name, flag]) => specsOf(name, flag));
  const { name = "", of, max = Infinity } = command.arguments ?? {};
  const words = of === undefined ? " " : `(${of.join(" ")})`;
  const rest =
    command.arguments === undefined ? [] : [quoted(`${max > 1 ? "*" : "1"}:${name}:${words}`)];
  return `    ${command.name})
      _arguments -s \\
${[...specs, ...rest].map((spec) => `        ${spec}`).join(" \\\n")}
      ;;`;
}

/** The specifications of a flag for `_arguments`: its long form, and its short one. */
function specsOf(name: string, flag: Flag): string[] {
  const forms = [`--${name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
  const repeatable = flag.type !== "switch" && flag.repeatable === true;
  const summary = flag.summary.replace(/[[\]:\\]/g, "\\$&");
  return forms.map((form) => {
    const mark = repeatable ? "*" : "";
    const takes = flag.type === "switch" ? "" : argumentOf(flag);
    const equals = flag.type !== "switch" && form.startsWith("--") ? "=" : "";
    return quoted(`${mark}${form}${equals}[${summary}]${takes}`);
  });
}

function argumentOf(flag: Exclude<Flag, { type: "switch" }>): string {
  const hint = flag.hint ?? flag.type;
  const message = hint.replace(/[:\\]/g, "\\$&");
  if (flag.type === "choice") return `:${message}:(${flag.of.join(" ")})`;
  if (flag.type === "file") return `:${message}:_files`;
  if (flag.type === "folder") return `:${message}:_files -/`;
  return `:${message}: `;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
