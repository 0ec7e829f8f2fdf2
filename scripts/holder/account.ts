// Commands that look at an account: a named one, or the one that would sign.
import { openSession, openSigningSession, type Session, type SignerOptions } from "../lib/command.ts";

export async function openAccount(
  address: string | undefined,
  options: SignerOptions,
): Promise<{ session: Session; account: string }> {
  if (address !== undefined) return { session: await openSession(options), account: address };
  const session = await openSigningSession(options);
  return { session, account: session.wallet.address };
}
