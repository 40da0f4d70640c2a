/** The program of a worker thread, bundled into one text when hale is built. */
declare module "*?source" {
  export const source: string;
}
