/** As docs/adapters/next.md has it, and what only makes the build faster. */
export default {
  skipTrailingSlashRedirect: true,
  rewrites: async () => [
    {
      source: "/:probe(livez|readyz|startupz|healthz)/:check*",
      destination: "/health/:probe/:check*",
    },
  ],
  experimental: { turbopackMinify: false, turbopackFileSystemCacheForBuild: false },
};
