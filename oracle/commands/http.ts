import { createAddressRules } from "../adapters/http-probe/address-rules.ts";
import { GuardedHttp } from "../adapters/http-probe/guarded-http.ts";
import { RateCaps } from "../adapters/http-probe/rate-caps.ts";
import { DnsResolver } from "../adapters/http-probe/resolver.ts";
import type { Clock, Timers } from "../ports/clock.ts";

export interface HttpSettings {
  readonly chainId: number;
  readonly allowCidrs: readonly string[];
  /** From the first lookup to the last byte. */
  readonly totalMs: number;
  /** Seconds of a bucket, where other people's servers are asked and their rates are capped. */
  readonly bucketSeconds?: number;
}

const HEADER_MAX_BYTES = 16 * 1024;
/** Requests to one address in a bucket: 64 nodes behind it with four each, and a little for short buckets. */
const ADDRESS_REQUESTS = 256;
const ADDRESS_PER_SECOND = 10;
/** Addresses' worth of requests to one network. */
const NETWORK_FACTOR = 4;

/** A client for servers that may be hostile. */
export function createHttp(settings: HttpSettings, time: Clock & Timers): GuardedHttp {
  const { chainId, allowCidrs, totalMs, bucketSeconds } = settings;
  const limits = { totalMs, idleMs: totalMs, maxHeaderBytes: HEADER_MAX_BYTES };
  return new GuardedHttp(limits, {
    clock: time,
    timers: time,
    resolver: new DnsResolver({ timeoutMs: Math.ceil(totalMs / 2) }),
    addressRules: createAddressRules({ chainId, allow: allowCidrs }),
    ...(bucketSeconds === undefined ? {} : { rateCaps: rateCapsOf(bucketSeconds, time) }),
  });
}

function rateCapsOf(bucketSeconds: number, clock: Clock): RateCaps {
  const perSecond = ADDRESS_PER_SECOND + ADDRESS_REQUESTS / bucketSeconds;
  const perAddress = { perSecond, burst: 2 * ADDRESS_REQUESTS };
  const perNetwork = { perSecond: perSecond * NETWORK_FACTOR, burst: perAddress.burst * NETWORK_FACTOR };
  return new RateCaps({ perAddress, perNetwork }, { clock });
}
