import { formatDuration } from "../duration.ts";
import { CHECK_VARIANTS, DEFAULTS } from "./check-shapes.ts";
import { CONFIG } from "./config-shape.ts";
import type { Field, Fields, Shape } from "./shape.ts";

/** Keys of every check, which have a table of their own. */
const COMMON = [...Object.keys(DEFAULTS), "restartAfter"];

const CHECK_TITLES: Readonly<Record<string, string>> = {
  url: "A check by its URL",
  http: "An HTTP request",
  exec: "A command",
  queue: "A queue",
  heartbeat: "A heartbeat",
  group: "A group",
};

/** Writes the tables of every key of the configuration, in Markdown. */
export function configTables(): string {
  const sections = Object.entries(fieldsOf(CONFIG))
    .filter(([, { shape }]) => fieldsIn(shape) !== undefined)
    .flatMap(([name, { shape }]) => [`### ${name}`, table(fieldsIn(shape) ?? {})]);
  const checks = Object.entries(CHECK_VARIANTS).flatMap(([name, shape]) => {
    const own = Object.entries(fieldsOf(shape)).filter(([key]) => !COMMON.includes(key));
    return [`### ${CHECK_TITLES[name]}`, table(Object.fromEntries(own))];
  });
  const common = Object.entries(fieldsOf(CHECK_VARIANTS.url)).filter(([key]) =>
    COMMON.includes(key),
  );
  return [
    "## The file",
    table(fieldsOf(CONFIG), false),
    ...sections,
    "## Checks",
    ...checks,
    "### Every check but a group",
    table(Object.fromEntries(common)),
  ].join("\n\n");
}

function table(fields: Fields, withInner = true): string {
  const rows = Object.entries(fields).flatMap(([name, field]) => [
    row(name, field),
    ...Object.entries((withInner && fieldsIn(field.shape)) || {}).map(([inner, of]) =>
      row(`${name}.${inner}`, of),
    ),
  ]);
  return ["| key | value | default | what it is |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function row(name: string, { shape, about, preset = "" }: Field): string {
  const cells = [`\`${name}\``, valuesOf(shape), preset, about];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The values that a shape takes, in short. */
function valuesOf({ kind }: Shape): string {
  switch (kind.type) {
    case "text":
      return kind.expected;
    case "number":
      return `${kind.min} to ${kind.max}`;
    case "duration":
      return `${kind.zero ? "0, or " : ""}${formatDuration(kind.min)} or more`;
    case "boolean":
      return "`true`, `false`";
    case "scalar":
      return "a text, a number, `true`, `false`, `null`";
    case "choice":
      return kind.of.map((word) => `\`${word}\``).join(", ");
    case "list":
      return `a list: ${valuesOf(kind.of)}`;
    case "map":
      return `a mapping: ${valuesOf(kind.of)}`;
    case "either":
      return kind.of.map(valuesOf).join("; or ");
    case "later":
      return "a check";
    default:
      return "a mapping";
  }
}

function fieldsOf({ kind }: Shape): Fields {
  return kind.type === "object" ? kind.fields : {};
}

/** The keys of a mapping within a value, where there is one with known keys. */
function fieldsIn({ kind }: Shape): Fields | undefined {
  if (kind.type === "object") return kind.fields;
  return kind.type === "either" ? kind.of.map(fieldsIn).find(Boolean) : undefined;
}
