import { nearestWord } from "../../../contract/nearest-word.ts";
import { redactLine } from "../../../report/redact.ts";
import { formatDuration, parseDuration, unitHint } from "../duration.ts";
import { expectedOf } from "./expected.ts";
import type { Shape } from "./shape.ts";

/** A scalar as it was read. */
export interface ScalarText {
  /** The text, after references were replaced. */
  readonly text: string;
  /** The type that YAML gives it. */
  readonly type: "string" | "number" | "boolean" | "null";
  /** Whether it came from a reference, so that its type is that which is needed. */
  readonly replaced: boolean;
  /** The values that its references stand for. */
  readonly values: readonly string[];
  /** Whether errors withhold it. */
  readonly secret: boolean;
}

/** A value, or the sentence that says why there is none. */
export type Parsed = { readonly value: unknown } | { readonly wrong: string };

/** Converts a scalar to the value of a shape of scalars. */
export function parseScalar({ kind }: Shape, scalar: ScalarText): Parsed {
  const { text, type, replaced } = scalar;
  const wrong = (hint?: string): Parsed => ({ wrong: refusal({ kind }, scalar, hint) });
  if (kind.type === "scalar") return { value: plainValue(scalar) };
  if (type === "null") return wrong();
  switch (kind.type) {
    case "text":
      if (kind.pattern?.test(text) ?? text !== "") return { value: text };
      return {
        wrong: [refusal({ kind }, scalar), !replaced && kind.hint?.(text)]
          .filter(Boolean)
          .join(" "),
      };
    case "number": {
      const value =
        (type === "number" || replaced) && /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= kind.min && value <= kind.max ? { value } : wrong();
    }
    case "duration": {
      const value = kind.zero && text === "0" ? 0 : parseDuration(text);
      if (value === undefined) return wrong(unitHint(text, kind));
      const fits = (kind.zero && value === 0) || (value >= kind.min && value <= kind.max);
      if (fits) return { value };
      return wrong(value > kind.max ? `The longest is ${formatDuration(kind.max)}.` : undefined);
    }
    case "boolean":
      if (type !== "boolean" && !replaced) return wrong();
      return text === "true" || text === "false" ? { value: text === "true" } : wrong();
    case "choice": {
      const value = kind.of.find((word) => String(word) === text);
      return value === undefined ? wrong(likely(text, kind.of)) : { value };
    }
    default:
      return wrong();
  }
}

function plainValue({ text, type }: ScalarText): string | number | boolean | null {
  if (type === "number") return Number(text);
  if (type === "boolean") return text.toLowerCase() === "true";
  return type === "null" ? null : text;
}

function refusal(shape: Shape, { text, type, replaced, secret }: ScalarText, hint = ""): string {
  const shown =
    type === "null" || text === "" ? "empty" : replaced || secret ? "another text" : shorten(text);
  return `must be ${expectedOf(shape)}, but is ${shown}.${hint === "" || replaced || secret ? "" : ` ${hint}`}`;
}

function likely(text: string, words: readonly unknown[]): string | undefined {
  const word = nearestWord(text, words.map(String));
  return word && `Did you mean ${word}?`;
}

/** Whether a text may hold a credential, so that no error repeats it. */
export function mayBeSecret(text: string): boolean {
  return /:\/\/|@/.test(text) || redactLine(text).includes("***");
}

function shorten(text: string): string {
  if (mayBeSecret(text)) return "another text";
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
