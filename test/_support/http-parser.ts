/** Whether the HTTP/1 parser of Node is llhttp 8, that of an early Node 20, which takes some of what later ones refuse. */
export const IS_LLHTTP_8 = process.versions.llhttp?.startsWith("8.") === true;
