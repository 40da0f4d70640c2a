import type { LazyFormat } from "../contract/format.ts";

/** The health endpoint of Spring Boot Actuator, version 3 of its JSON; it is loaded on first use. */
export const spring: LazyFormat = {
  name: "spring",
  mediaType: "application/vnd.spring-boot.actuator.v3+json",
  async write(report, exposure) {
    const { writeSpring } = await import("./internal/spring.ts");
    return { body: writeSpring(report, exposure), headers: {} };
  },
};
