/** Returns the global of Bun, on Bun; `undefined` elsewhere. */
export function bunIfAny<Bun>(): Bun | undefined {
  return (globalThis as { Bun?: Bun }).Bun;
}
