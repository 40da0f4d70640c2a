/** What is imported on demand is not part of what `import "hale"` loads. */
const leaveOutDynamicImports = {
  name: "leave-out-dynamic-imports",
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

export default [
  {
    name: 'import "hale"',
    path: "../dist/index.js",
    limit: "10 KiB",
    gzip: true,
    modifyEsbuildConfig: (config) => ({
      ...config,
      format: "esm",
      plugins: [...(config.plugins ?? []), leaveOutDynamicImports],
    }),
  },
];
