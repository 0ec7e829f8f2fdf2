import { type Command, Option } from "commander";
import { parseAmount, parseInteger, withDeployment, withSigner } from "../lib/command.ts";
import { printResult } from "../lib/output.ts";
import { newPassphrase } from "../lib/passphrase.ts";
import { withSpending } from "../lib/spend.ts";
import { parseUrl } from "../node/parse.ts";
import { checkApplication, checkSeats, registerAttester } from "./admission.ts";
import { initAttester } from "./init.ts";
import { bondAttester, changeBoxKey, rotateSigningKey, setAttesterEndpoint } from "./own.ts";
import { withAttesterPassphrase } from "./passphrase.ts";
import { claimRewards } from "./rewards.ts";
import { status } from "./status.ts";

const attesterId = parseInteger(1, 2 ** 32 - 1);
const EXAMPLE = "\nExample:\n  npm run icn -- attester ";

export function addAttester(program: Command): void {
  const attester = program
    .command("attester")
    .summary("make keys, apply, bond, rotate, claim, show")
    .description("Makes an attester's keys, brings it into the committee, and shows how it stands.");
  addInit(attester);
  addAdmission(attester);
  addOwn(attester);
  addPay(attester);
}

interface InitCliOptions {
  readonly dir: string;
  readonly id?: number;
  readonly passphraseFile?: string;
  readonly deployment?: string;
  readonly rpc?: string;
  readonly listen: string;
  readonly json?: true;
}

function addInit(attester: Command): void {
  attester
    .command("init")
    .summary("make an attester's keys and settings")
    .description(
      "Makes a directory with three encrypted keys (signing, box, submitter) and the settings that `icn oracle run` reads. Nothing is overwritten; nothing goes to the chain.",
    )
    .requiredOption("--dir <dir>", "directory to make")
    .option("--id <number>", "the attester's id, once it is known", attesterId)
    .option(
      "--passphrase-file <file>",
      "encrypts all three keys; the oracle reads it, too (default: a prompt)",
    )
    .addOption(new Option("--deployment <file>", "the network's deployment.json").env("ICN_DEPLOYMENT"))
    .addOption(new Option("--rpc <url>", "JSON-RPC of the chain").env("ICN_RPC_URL"))
    .option("--listen <host:port>", "where the oracle serves", "127.0.0.1:8600")
    .option("--json", "print the result as JSON")
    .addHelpText("after", `${EXAMPLE}init --dir attester-1 --passphrase-file passphrase.txt`)
    .action(init);
}

async function init({ dir, id, ...options }: InitCliOptions): Promise<void> {
  const { passphraseFile } = options;
  const passphrase = await newPassphrase(passphraseFile === undefined ? {} : { passphraseFile });
  const made = await initAttester({
    directory: dir,
    passphrase,
    passphraseFile,
    attesterId: id,
    deployment: options.deployment,
    rpcUrl: options.rpc,
    listen: options.listen,
  });
  printResult(
    options.json === true,
    made,
    () =>
      `${made.directory} holds the keys of an attester: back it up, and let nobody else read it.\n` +
      `  signing key  ${made.signingKey}\n  box key      ${made.boxKey}\n  submitter    ${made.submitter} (send it coin for gas)\n` +
      `Complete ${made.envFile}, then apply with \`icn attester register --dir ${dir} --endpoint URL\`.`,
  );
}

function addAdmission(attester: Command): void {
  withAttesterPassphrase(withSigner(attester.command("register")))
    .summary("apply for admission")
    .description(
      "Writes an application, signed by the owner (who signs this command) and by the signing key in DIR. Nothing goes to the chain: attesters are admitted by vote.",
    )
    .requiredOption("--dir <dir>", "the attester's directory")
    .requiredOption("--endpoint <url>", "where the other attesters and nodes reach its oracle", parseUrl)
    .option("--out <file>", "the application", "application.json")
    .addHelpText(
      "after",
      `${EXAMPLE}register --dir attester-1 --endpoint https://attester.example --account owner`,
    )
    .action(registerAttester);
  withDeployment(attester.command("admit"))
    .summary("check an application for a vote")
    .description(
      "Checks both signatures of an application and prints the proposal that admits the attester: it takes a vote. Nothing goes to the chain.",
    )
    .argument("<application>", "file that `icn attester register` wrote")
    .option("--calldata", "print the call alone")
    .addHelpText("after", `${EXAMPLE}admit application.json`)
    .action(checkApplication);
  withDeployment(attester.command("seat"))
    .summary("check a committee for a vote")
    .description(
      "Checks that each attester has the bond of a seat and prints the proposal that seats them: it takes a vote. Nothing goes to the chain.",
    )
    .argument("<ids...>", "ids of all its members", (text: string, before: number[] = []) => [
      ...before,
      attesterId(text),
    ])
    .option("--calldata", "print the call alone")
    .addHelpText("after", `${EXAMPLE}seat 1 2 3 4`)
    .action(checkSeats);
}

function addOwn(attester: Command): void {
  withSpending(attester.command("bond"))
    .summary("bond ICNT for an attester")
    .description("Adds to an attester's bond, which answers for what it signs; anyone may pay.")
    .argument("<id>", "id of the attester", attesterId)
    .argument("<amount>", "ICNT, such as 100_000", parseAmount)
    .addHelpText("after", `${EXAMPLE}bond 1 100_000`)
    .action(bondAttester);
  withSpending(attester.command("endpoint"))
    .summary("move an attester")
    .description("Changes where the other attesters and nodes reach the oracle, at once; by its owner.")
    .argument("<id>", "id of the attester", attesterId)
    .argument("<url>", "its new address", parseUrl)
    .addHelpText("after", `${EXAMPLE}endpoint 1 https://new.example`)
    .action(setAttesterEndpoint);
  withAttesterPassphrase(withSpending(attester.command("rotate")))
    .summary("replace the signing key")
    .description(
      "Makes a new signing key in DIR and rotates to it from the next epoch on; by the owner. Run again, it takes up a rotation that was interrupted.",
    )
    .argument("<id>", "id of the attester", attesterId)
    .requiredOption("--dir <dir>", "the attester's directory")
    .addHelpText("after", `${EXAMPLE}rotate 1 --dir attester-1`)
    .action(rotateSigningKey);
  withAttesterPassphrase(withSpending(attester.command("box-key")))
    .summary("replace the box key")
    .description("Makes a new X25519 key in DIR, to which nodes seal credentials from now on; by the owner.")
    .argument("<id>", "id of the attester", attesterId)
    .requiredOption("--dir <dir>", "the attester's directory")
    .addHelpText("after", `${EXAMPLE}box-key 1 --dir attester-1`)
    .action(changeBoxKey);
}

function addPay(attester: Command): void {
  withSpending(attester.command("rewards"))
    .summary("claim an attester's pay")
    .description(
      "Claims through the last final epoch, for one attester or all of yours, to the owner's recipient; anyone may. Says of every epoch what it paid, or why not.",
    )
    .argument("[id]", "id of the attester (default: all that you own)", attesterId)
    .addHelpText("after", `${EXAMPLE}rewards 1`)
    .action(claimRewards);
  withDeployment(attester.command("status"))
    .summary("show how attesters stand")
    .description(
      "Lists the attesters; of one its seat, bond, keys, last epochs, claimable pay and whether its oracle is ready.",
    )
    .argument("[id]", "id of the attester", attesterId)
    .addHelpText("after", `${EXAMPLE}status 1`)
    .action(status);
}
