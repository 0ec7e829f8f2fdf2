// Arguments of the commands of nodes and attesters.
import { InvalidArgumentError } from "commander";
import { getAddress, isAddress } from "ethers";

export function parseAddress(text: string): string {
  if (isAddress(text)) return getAddress(text);
  throw new InvalidArgumentError(
    "Write an address: 0x and 40 hex digits, all lower-case or with a right checksum.",
  );
}

export function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("Write a web address: http://… or https://…");
}

export function parseCountry(text: string): string {
  if (/^[A-Z]{2}$/.test(text)) return text;
  throw new InvalidArgumentError("Write two capital letters, such as DE.");
}
