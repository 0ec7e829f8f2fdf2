import { HpkeOpener } from "../../../oracle/adapters/credentials/hpke-opener.ts";
import type { HttpProbe } from "../../../oracle/ports/http.ts";
import type { Prober } from "../../../oracle/ports/prober.ts";
import { ServiceDirectory } from "../../../oracle/services/probers/service-directory.ts";
import type { ManualClock } from "../manual-clock.ts";
import { BOX_KEY, SIGNING_KEY } from "./reference-node.ts";
import { ATTESTER_ID, contextOf, DOMAIN, nodeView, SECRET, signerOf } from "./world.ts";

const never = new AbortController().signal;
export const EPOCH = 3;
const ALL_SERVICES = 7;

/** The directory of the attester that `startReferenceNode` knows. */
export function directoryWith(http: HttpProbe, clock: ManualClock): ServiceDirectory {
  const identity = { attesterId: ATTESTER_ID, domain: DOMAIN, secret: SECRET };
  return new ServiceDirectory(identity, {
    http,
    clock,
    signer: signerOf(SIGNING_KEY),
    boxOpener: new HpkeOpener(BOX_KEY),
  });
}

/** One probe of node 1, whose terms have all services. */
export async function probeNode(
  prober: Prober,
  clock: ManualClock,
  endpoint: string,
  { epoch = EPOCH, bucket = 0 } = {},
) {
  // A request for credentials is good for one millisecond's nonce.
  await clock.advance(1);
  const node = nodeView({ nodeId: 1, endpoint, services: ALL_SERVICES });
  return prober.run({ context: contextOf(epoch, [node]), node, bucket }, never);
}
