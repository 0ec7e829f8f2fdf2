import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import type { Clock } from "../../ports/clock.ts";
import type { HttpAnswer, HttpProbe, HttpRequest } from "../../ports/http.ts";
import type { ObjectStorage, StorageAccess } from "../../ports/object-storage.ts";

/** Errors of S3 are short XML documents; what is longer is no S3. */
const MAX_ERROR_BYTES = 4_096;

export interface S3StorageDependencies {
  readonly http: HttpProbe;
  readonly clock: Clock;
}

/** S3 with path-style addresses; requests are signed (SigV4) with the payload's hash. */
export class S3Storage implements ObjectStorage {
  readonly #http: HttpProbe;
  readonly #clock: Clock;

  constructor({ http, clock }: S3StorageDependencies) {
    this.#http = http;
    this.#clock = clock;
  }

  put(access: StorageAccess, key: string, body: Uint8Array, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#send(access, key, { method: "PUT", body, maxBodyBytes: MAX_ERROR_BYTES }, signal);
  }

  getRange(
    access: StorageAccess,
    key: string,
    { first, last }: { readonly first: number; readonly last: number },
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const headers = { range: `bytes=${first}-${last}` };
    const maxBodyBytes = Math.max(last - first + 1, MAX_ERROR_BYTES);
    return this.#send(access, key, { method: "GET", headers, maxBodyBytes }, signal);
  }

  delete(access: StorageAccess, key: string, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#send(access, key, { method: "DELETE", maxBodyBytes: MAX_ERROR_BYTES }, signal);
  }

  async #send(
    access: StorageAccess,
    key: string,
    request: Omit<HttpRequest, "url">,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const url = `${access.endpoint.replace(/\/+$/, "")}/${access.bucket}/${key}`;
    const signer = new AwsV4Signer({
      method: request.method,
      url,
      headers: {
        ...request.headers,
        "x-amz-content-sha256": createHash("sha256")
          .update(request.body ?? "")
          .digest("hex"),
      },
      accessKeyId: access.accessKeyId,
      secretAccessKey: access.secretAccessKey,
      region: access.region,
      service: "s3",
      datetime: basicDate(this.#clock.nowMs()),
    });
    const { headers } = await signer.sign();
    return await this.#http.request({ ...request, url, headers: Object.fromEntries(headers) }, signal);
  }
}

/** 20260131T235959Z */
function basicDate(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
