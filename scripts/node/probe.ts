// A look at a node's endpoint from here: does it answer, and is it the node that the registry means?
import { z } from "zod";
import { recoverAddress } from "../../oracle/domain/signatures.ts";
import type { SigningDomain } from "../../oracle/domain/statements.ts";
import { servicesDigest } from "../../oracle/domain/typed-data.ts";
import type { Hex, NodeView } from "../../oracle/domain/types.ts";
import { beginningOf } from "../lib/beginning.ts";

const PROBE_MS = 5_000;
const BYTES_MAX = 16_384;

const hex = z
  .string()
  .regex(/^0x([0-9a-f]{2})+$/)
  .transform((text) => text as Hex);
const answer = z.object({ document: z.string(), signature: hex });
const document = z.object({ nodeId: z.int(), services: z.array(z.object({ service: z.string() })) });

export type EndpointProblem = "unreachable" | "not-a-node" | "other-key" | "other-node";

export interface EndpointCheck {
  readonly problem: EndpointProblem | null;
  readonly detail: string;
}

/** Asks for the services document, as attesters do once an epoch. */
export async function checkEndpoint(node: NodeView, domain: SigningDomain): Promise<EndpointCheck> {
  const url = `${node.endpoint.replace(/\/$/, "")}/.well-known/icn/services`;
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS), redirect: "error" });
    text = new TextDecoder().decode(await beginningOf(response, BYTES_MAX));
    if (!response.ok) return { problem: "not-a-node", detail: `${url} answers ${response.status}` };
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    return { problem: "unreachable", detail: `${url}: ${cause?.code ?? (error as Error).message}` };
  }
  return judge(node, domain, url, text);
}

function judge(node: NodeView, domain: SigningDomain, url: string, text: string): EndpointCheck {
  try {
    const { document: signed, signature } = answer.parse(JSON.parse(text));
    const { nodeId, services } = document.parse(JSON.parse(signed));
    const signer = recoverAddress(
      servicesDigest(domain, { nodeId: node.nodeId, document: signed }),
      signature,
    );
    if (nodeId !== node.nodeId) return { problem: "other-node", detail: `${url} says it is node ${nodeId}` };
    if (signer !== node.nodeKey)
      return {
        problem: "other-key",
        detail: `${url} signs with ${signer ?? "no valid key"}, not with ${node.nodeKey}`,
      };
    return {
      problem: null,
      detail: `offers ${services.map(({ service }) => service).join(", ") || "nothing"}`,
    };
  } catch {
    return { problem: "not-a-node", detail: `${url} does not answer as a node does` };
  }
}
