type Method<Parameters extends unknown[], Result> = (...parameters: Parameters) => Result;

/**
 * Puts a function in place of a method of one object, which is given what calls the method, and the parameters of each
 * call. Returns what takes it away again, unless another was put in its place since.
 */
export function replaceMethod<Parameters extends unknown[], Result>(
  target: object,
  name: string,
  call: (method: () => Result, parameters: Parameters) => Result,
): () => void {
  const owner = target as { [name: string]: Method<Parameters, Result> };
  const isOwn = Object.hasOwn(owner, name);
  const method = owner[name] as Method<Parameters, Result>;
  const replacement = function (this: unknown, ...parameters: Parameters) {
    return call(() => method.apply(this, parameters), parameters);
  };
  owner[name] = replacement;
  return () => {
    if (owner[name] !== replacement) return;
    if (isOwn) owner[name] = method;
    else delete owner[name];
  };
}
