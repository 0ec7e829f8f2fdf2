import { imagePrompt } from "../../domain/prompt.ts";
import { targetMsOf } from "../../domain/rules.ts";
import type { HttpProbe } from "../../ports/http.ts";
import type { ImageReader } from "../../ports/images.ts";
import { ProbeFault, type ProbeResult, type Prober, type ProbeTask, slotOf } from "../../ports/prober.ts";
import type { ComputeAccess } from "../../ports/services.ts";
import { imageIn } from "./image-answer.ts";
import type { ServiceDirectory } from "./service-directory.ts";

export interface ComputeProberOptions {
  /** Of the PRF that makes the prompts. */
  readonly secret: Uint8Array;
}

export interface ComputeProberDependencies {
  readonly directory: ServiceDirectory;
  readonly http: HttpProbe;
  readonly images: ImageReader;
}

const OK = 200;
/** An image of the largest size that does not compress, in base64. */
const ANSWER_MAX_BYTES = 1_572_864;
/** Objectives until an answer is not worth waiting for: there the latency curve reaches 0. */
const PATIENCE_TARGETS = 4;

/**
 * Has a node make an image of something nobody could foresee, and times it. That it is an image, that it is of the asked
 * size and that it is new is checked; what it shows is not.
 */
export class ComputeProber implements Prober {
  readonly probe = "compute";
  readonly #secret: Uint8Array;
  readonly #dependencies: ComputeProberDependencies;
  #epoch = -1;
  /** Buckets of this epoch's images, by node and pixels. */
  readonly #seen = new Map<string, number>();

  constructor({ secret }: ComputeProberOptions, dependencies: ComputeProberDependencies) {
    this.#secret = secret;
    this.#dependencies = dependencies;
  }

  run(task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    return this.#dependencies.directory.probe("compute", task, signal, (access) =>
      this.#generate(access, task, signal),
    );
  }

  async #generate(access: ComputeAccess, task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const { http, images } = this.#dependencies;
    const { context, node } = task;
    const { width, height } = access.size;
    const question = {
      model: access.model,
      prompt: imagePrompt(this.#secret, slotOf(task)),
      n: 1,
      size: `${width}x${height}`,
      response_format: "b64_json",
    };
    const { status, body, lastByteUs } = await http.request(
      {
        method: "POST",
        url: `${access.endpoint.replace(/\/+$/, "")}/images/generations`,
        headers: { authorization: `Bearer ${access.apiKey}`, "content-type": "application/json" },
        body: new TextEncoder().encode(JSON.stringify(question)),
        maxBodyBytes: ANSWER_MAX_BYTES,
        timeoutMs: PATIENCE_TARGETS * targetMsOf(context.rules, "compute", node.terms.nodeClass),
      },
      signal,
    );
    if (status !== OK) throw new ProbeFault("wrong-status", { context: { status } });
    this.#requireNew(task, await images.pixelDigest(imageIn(body), access.size));
    return { outcome: "ok", reason: "", latencyUs: lastByteUs, integrityFailures: 0 };
  }

  /**
   * An image that was made before answers no fresh prompt. A bucket has one prompt, however often it is probed: after
   * the attester's clock was set back, the same image is right.
   */
  #requireNew({ context, node, bucket }: ProbeTask, pixelDigest: string): void {
    if (context.epoch !== this.#epoch) {
      this.#seen.clear();
      this.#epoch = context.epoch;
    }
    const image = `${node.nodeId}:${pixelDigest}`;
    if ((this.#seen.get(image) ?? bucket) !== bucket) throw new ProbeFault("repeated");
    this.#seen.set(image, bucket);
  }
}
