/** The clients that one check takes, behind `taken:`, and one of them with its marks. */
const TAKEN = /\btaken: \{([^{}]*)\}/g;
const CLIENT = /(?:"[^"]*"|\w+):\s*("[^"]*")/g;

/**
 * Keeps the marks of the clients that checks take, and leaves out the clients' names: the lists in the docs and the
 * tests read those from the source, and nothing that is built does.
 */
export const marksAlone = {
  name: "marks-alone",
  transform(code, id) {
    if (!id.endsWith("/clients/client-table.ts")) return null;
    return { code: code.replace(TAKEN, (_, clients) => `taken: [${marksIn(clients)}]`) };
  },
};

function marksIn(clients) {
  return [...clients.matchAll(CLIENT)].map(([, marks]) => marks).join();
}
