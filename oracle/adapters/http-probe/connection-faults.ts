import { networkInterfaces } from "node:os";
import type { ProbeReason } from "../../ports/prober.ts";

export type Phase = "connect" | "tls" | "answer";

/** Errors of the attester's own machine: descriptors, ports, memory, firewall. */
const OWN_CODES = new Set([
  "EMFILE",
  "ENFILE",
  "ENOBUFS",
  "ENOMEM",
  "EADDRNOTAVAIL",
  "EADDRINUSE",
  "EACCES",
  "EPERM",
  "EAFNOSUPPORT",
]);

/** Says whose fault a connection's error is, and which. */
export function connectionFault(
  error: unknown,
  phase: Phase,
  family: 4 | 6,
  hasFamily: (family: 4 | 6) => boolean = hasGlobalAddress,
): ProbeReason {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (OWN_CODES.has(code)) return "own-limit";
  if (code === "ENETUNREACH" && !hasFamily(family)) return "own-limit";
  if (code === "HPE_HEADER_OVERFLOW") return "headers-too-large";
  if (code.startsWith("HPE_")) return "malformed";
  switch (phase) {
    case "connect":
      return "connect";
    case "tls":
      return "tls";
    case "answer":
      return "closed";
  }
}

/** Whether this machine has an address of the family beyond loopback and link-local. */
function hasGlobalAddress(family: 4 | 6): boolean {
  const name = `IPv${family}`;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((found) => found.family === name && !found.internal && !/^fe[89ab]/i.test(found.address)),
  );
}
