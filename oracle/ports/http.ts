export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** A longer answer is a fault. */
  readonly maxBodyBytes: number;
  /** Replaces the client's own limits on the whole exchange and on silence. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Microseconds from the request on an open connection to the first byte of the answer's body, or to its end. */
  readonly firstByteUs: number;
  /** The same to the last byte. */
  readonly lastByteUs: number;
}

/** Asks servers that may be hostile: one connection a request, nothing followed, everything limited. */
export interface HttpProbe {
  /** Throws `ProbeFault`; any complete answer that is no redirect is returned, whatever its status. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
}
