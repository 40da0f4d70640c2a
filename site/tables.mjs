// Tables as readers of screens take them.

/** Makes the empty cells in the head of a table cells like any other, since they are the heading of nothing. */
export function plainEmptyHeadings(md) {
  md.core.ruler.push("plain-empty-headings", ({ tokens }) => {
    tokens.forEach((token, at) => {
      if (token.type !== "th_open" || tokens[at + 1]?.content !== "") return;
      token.tag = "td";
      tokens[at + 2].tag = "td";
    });
  });
}
