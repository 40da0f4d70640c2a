/** The versions of Nest, and of Jest, whose set-up by `nest new` is tested; each has packages of its own. */
export const NEST_PROJECTS = [
  { name: "nest-10", nest: 10, jest: 29, folder: "test/loaders/nest-10" },
  { name: "nest-11", nest: 11, jest: 30, folder: "test/loaders/nest-11" },
  { name: "nest-12", nest: 12, jest: 30, folder: "test/loaders/nest-12" },
] as const;
