/** As docs/adapters/next.md has it, and what only makes the build faster. */
export default {
  output: "standalone",
  experimental: { turbopackMinify: false, turbopackFileSystemCacheForBuild: false },
};
