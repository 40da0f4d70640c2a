/** What Bun itself has, on Bun; `undefined` elsewhere. */
export function bunIfAny<Bun>(): Bun | undefined {
  return (globalThis as { Bun?: Bun }).Bun;
}
