import { lazyFormat } from "./internal/lazy-format.ts";

/** The text of the Kubernetes API server, which is loaded on first use. */
export const kubernetes = lazyFormat(
  {
    name: "kubernetes",
    mediaType: "text/plain; charset=utf-8",
  },
  async () => (await import("./internal/kubernetes.ts")).writeKubernetes,
);
