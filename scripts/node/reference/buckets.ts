import { AwsClient } from "aws4fetch";
import type { StorageConfig } from "./config.ts";

/** What an attester needs to use this node's storage, and nothing beyond. */
export interface StorageCredentials {
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const CREATED = 200;
const EXISTS = 409;
const REGION_WITHOUT_CONSTRAINT = "us-east-1";

/** Hands out each attester's bucket and keys; with shared keys it makes the bucket first. */
export class Buckets {
  readonly #storage: StorageConfig;
  readonly #made = new Set<string>();

  constructor(storage: StorageConfig) {
    this.#storage = storage;
  }

  /** Undefined if this attester has no bucket here. Throws if the S3 server refuses to make one. */
  async credentialsOf(attesterId: number): Promise<StorageCredentials | undefined> {
    const { access } = this.#storage;
    if (access.kind === "perAttester") {
      const own = access.attesters.find((one) => one.attesterId === attesterId);
      if (own === undefined) return undefined;
      const { bucket, accessKeyId, secretAccessKey } = own;
      return { bucket, accessKeyId, secretAccessKey };
    }
    const { bucketPrefix, accessKeyId, secretAccessKey } = access;
    const credentials = { bucket: `${bucketPrefix}${attesterId}`, accessKeyId, secretAccessKey };
    await this.#make(credentials);
    return credentials;
  }

  async #make({ bucket, accessKeyId, secretAccessKey }: StorageCredentials): Promise<void> {
    if (this.#made.has(bucket)) return;
    const { endpoint, region } = this.#storage;
    const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: 2 });
    const response = await client.fetch(`${endpoint.replace(/\/+$/, "")}/${bucket}`, {
      method: "PUT",
      ...(region === REGION_WITHOUT_CONSTRAINT ? {} : { body: constraint(region) }),
    });
    await response.arrayBuffer();
    if (response.status !== CREATED && response.status !== EXISTS)
      throw new Error(`the S3 server answered ${response.status} to the making of bucket ${bucket}`);
    this.#made.add(bucket);
  }
}

function constraint(region: string): string {
  return `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
}
