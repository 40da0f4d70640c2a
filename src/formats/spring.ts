import { lazyFormat } from "./internal/lazy-format.ts";

/** The health endpoint of Spring Boot Actuator, version 3 of its JSON; it is loaded on first use. */
export const spring = lazyFormat(
  {
    name: "spring",
    mediaType: "application/vnd.spring-boot.actuator.v3+json",
  },
  async () => (await import("./internal/spring.ts")).writeSpring,
);
