import {
  decodeFields,
  decodeText,
  encodeBytes,
  encodeNumber,
  encodeText,
  MalformedMessageError,
} from "./wire-format.ts";

/** The serving statuses of grpc.health.v1, by their numbers. */
export const SERVING_STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;

/** One serving status of grpc.health.v1. */
export type ServingStatus = (typeof SERVING_STATUSES)[number];

/** The full name of the health service, and the start of its paths. */
export const HEALTH_SERVICE = "grpc.health.v1.Health";

/** The number of the one field that each message has. */
const ONLY_FIELD = 1;

/** The numbers of the two fields of an entry of a map. */
const MAP_KEY = 1;
const MAP_VALUE = 2;

/** Encodes a HealthCheckRequest. */
export function encodeCheckRequest(service: string): Uint8Array {
  return Uint8Array.from(encodeText(ONLY_FIELD, service));
}

/**
 * Decodes a HealthCheckRequest to the name of its service.
 *
 * @throws {@link MalformedMessageError}
 */
export function decodeCheckRequest(message: Uint8Array): string {
  let service = "";
  for (const { number, value } of decodeFields(message)) {
    if (number !== ONLY_FIELD) continue;
    if (!(value instanceof Uint8Array)) throw new MalformedMessageError("the service is no text");
    service = decodeText(value);
  }
  return service;
}

/** Encodes a HealthCheckResponse. */
export function encodeCheckResponse(status: ServingStatus): Uint8Array {
  return Uint8Array.from(encodeNumber(ONLY_FIELD, SERVING_STATUSES.indexOf(status)));
}

/**
 * Decodes a HealthCheckResponse to its status; a number that this version of the protocol lacks becomes
 * `status <number>`.
 *
 * @throws {@link MalformedMessageError}
 */
export function decodeCheckResponse(message: Uint8Array): string {
  let status: string = SERVING_STATUSES[0];
  for (const { number, value } of decodeFields(message)) {
    if (number !== ONLY_FIELD) continue;
    if (typeof value !== "number") throw new MalformedMessageError("the status is no number");
    status = SERVING_STATUSES[value] ?? `status ${value}`;
  }
  return status;
}

/**
 * Verifies a HealthListRequest, which has no field yet.
 *
 * @throws {@link MalformedMessageError}
 */
export function decodeListRequest(message: Uint8Array): void {
  for (const _ of decodeFields(message));
}

/** Encodes a HealthListResponse. */
export function encodeListResponse(statuses: ReadonlyMap<string, ServingStatus>): Uint8Array {
  const entries = [...statuses].map(([service, status]) => [
    ...encodeText(MAP_KEY, service),
    ...encodeBytes(MAP_VALUE, encodeCheckResponse(status)),
  ]);
  return Uint8Array.from(
    entries.flatMap((entry) => encodeBytes(ONLY_FIELD, Uint8Array.from(entry))),
  );
}

/**
 * Decodes a HealthListResponse to the status of each service.
 *
 * @throws {@link MalformedMessageError}
 */
export function decodeListResponse(message: Uint8Array): Map<string, string> {
  const statuses = new Map<string, string>();
  for (const { number, value } of decodeFields(message)) {
    if (number !== ONLY_FIELD) continue;
    if (!(value instanceof Uint8Array)) throw new MalformedMessageError("an entry is no message");
    statuses.set(...decodeEntry(value));
  }
  return statuses;
}

function decodeEntry(message: Uint8Array): [service: string, status: string] {
  let service = "";
  let status: string = SERVING_STATUSES[0];
  for (const { number, value } of decodeFields(message)) {
    if (!(value instanceof Uint8Array)) throw new MalformedMessageError("an entry has a number");
    if (number === MAP_KEY) service = decodeText(value);
    if (number === MAP_VALUE) status = decodeCheckResponse(value);
  }
  return [service, status];
}
