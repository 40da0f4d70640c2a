import { parseAst } from "rolldown/parseAst";

/** The statements with a line of their own: Node prints the whole line of the `throw` that ended a process. */
const OWN_LINE = ["ThrowStatement", "FunctionDeclaration", "ClassDeclaration"];

/** Breaks the lines of minified files, so that an uncaught error shows one statement and not the file. */
export const shortLines = {
  name: "short-lines",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk") chunk.code = withShortLines(chunk.code);
    }
  },
};

function withShortLines(code) {
  const breaks = [...new Set(breaksIn(parseAst(code)))].sort((one, other) => one - other);
  const parts = breaks.map((start, at) => code.slice(start, breaks[at + 1]));
  return [code.slice(0, breaks[0]), ...parts].join("\n");
}

function breaksIn(node) {
  if (typeof node !== "object" || node === null) return [];
  const own = OWN_LINE.includes(node.type) ? [node.start, node.end] : [];
  return [...own, ...Object.values(node).flatMap(breaksIn)];
}
