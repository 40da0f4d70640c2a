import { parseAst } from "rolldown/parseAst";

/** The statements with a line of their own: Node prints the whole line of the `throw` that ended a process. */
const OWN_LINE = ["ThrowStatement", "FunctionDeclaration", "ClassDeclaration"];

/** Breaks the lines of minified files, so that an uncaught error shows one statement and not the file. */
export const shortLines = {
  name: "short-lines",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk" && chunk.code.includes("throw"))
        chunk.code = withShortLines(chunk.code);
    }
  },
};

function withShortLines(code) {
  const breaks = new Set();
  addBreaks(parseAst(code), breaks);
  const starts = [...breaks].sort((one, other) => one - other);
  const parts = starts.map((start, at) => code.slice(start, starts[at + 1]));
  return [code.slice(0, starts[0]), ...parts].join("\n");
}

function addBreaks(node, breaks) {
  if (OWN_LINE.includes(node.type)) breaks.add(node.start).add(node.end);
  for (const value of Object.values(node)) {
    if (typeof value === "object" && value !== null) addBreaks(value, breaks);
  }
}
