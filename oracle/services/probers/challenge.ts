import { z } from "zod";
import { challengeNonce } from "../../domain/plan.ts";
import { recoverAddress } from "../../domain/signatures.ts";
import type { SigningDomain } from "../../domain/statements.ts";
import { challengeDigest } from "../../domain/typed-data.ts";
import type { HttpProbe } from "../../ports/http.ts";
import { ProbeFault, type ProbeResult, type Prober, type ProbeTask } from "../../ports/prober.ts";
import { parseAnswer, signatureSchema, wellKnownUrl } from "./answers.ts";

const MAX_ANSWER_BYTES = 1_024;

const answerSchema = z.strictObject({ signature: signatureSchema });

export interface ChallengeProberOptions {
  readonly attesterId: number;
  readonly domain: SigningDomain;
  /** Of the PRF that makes the nonces. */
  readonly secret: Uint8Array;
}

/** Asks a node to sign a challenge: proof that it is there, and its consent to further probes of the epoch. */
export class ChallengeProber implements Prober {
  readonly probe = "challenge";
  readonly #options: ChallengeProberOptions;
  readonly #http: HttpProbe;

  constructor(options: ChallengeProberOptions, { http }: { readonly http: HttpProbe }) {
    this.#options = options;
    this.#http = http;
  }

  async run({ context, node, bucket }: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const { attesterId, domain, secret } = this.#options;
    const slot = { nodeId: node.nodeId, epoch: context.epoch, bucket };
    const challenge = { ...slot, attesterId, nonce: challengeNonce(secret, slot) };
    const answer = await this.#http.request(
      {
        method: "POST",
        url: wellKnownUrl(node.endpoint, "challenge"),
        headers: { "content-type": "application/json" },
        body: new TextEncoder().encode(JSON.stringify(challenge)),
        maxBodyBytes: MAX_ANSWER_BYTES,
      },
      signal,
    );
    const { signature } = parseAnswer(answer, answerSchema);
    if (recoverAddress(challengeDigest(domain, challenge), signature) !== node.nodeKey)
      throw new ProbeFault("wrong-signature");
    return { outcome: "ok", reason: "", latencyUs: null, integrityFailures: 0 };
  }
}
