import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { ZeroAddress } from "ethers";
import { cumulativeEmission, type EmissionSchedule } from "../../oracle/domain/emission.ts";
import { emissionTotal } from "../deploy/genesis.ts";
import { type Parameters, parseParameters, readJson } from "../deploy/parameters.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { type DeploymentOptions, openSession, withDeployment } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { printResult } from "../lib/output.ts";
import type { Picture } from "./chart.ts";
import { cumulativeSeries, monthlySeries, monthRows } from "./months.ts";
import { drawSvg } from "./svg.ts";
import { drawTerminal } from "./terminal.ts";

const MONTHS = 60;

export interface PictureOptions extends DeploymentOptions {
  readonly out?: string;
  readonly parameters?: string;
}

/** Options of a command that draws. */
export const withPicture = (command: Command): Command =>
  withDeployment(command)
    .option("--out <file>", "write the picture as SVG, too")
    .option("--parameters <file>", "draw what a parameters file says, without any chain");

export function addEmission(program: Command): void {
  withPicture(program.command("emission"))
    .summary("draw the release of the node rewards")
    .description("Draws what the reserve releases to nodes and attesters over 60 months, from epoch 0 on.")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- emission\n" +
        "  npm run icn -- emission --parameters deployments/parameters/main.json --out emission.svg",
    )
    .action(emission);
}

interface Source extends EmissionSchedule {
  /** Unix seconds; null before a deployment. */
  readonly epochZero: number | null;
  readonly name: string;
}

async function emission(options: PictureOptions): Promise<void> {
  const source = options.parameters === undefined ? await onChain(options) : inFile(options.parameters);
  const { epochZero, total, monthlySharesPpm, name } = source;
  const rows = monthRows(MONTHS, epochZero, (elapsed) => cumulativeEmission(source, 0, elapsed));
  const picture: Picture = {
    title: "Emission of the node rewards",
    subtitle: `${formatIcnt(total)} ICNT over ${MONTHS} months, ${name}`,
    panels: [
      { title: "Released in all", series: [cumulativeSeries("Released in all", rows)] },
      { title: "Released in the month", series: [monthlySeries("Released in the month", rows)] },
    ],
  };
  show(options, picture, { totalWei: total, epochZeroAt: epochZero, monthlySharesPpm, months: rows });
}

async function onChain(options: DeploymentOptions): Promise<Source> {
  const { contracts, provider, manifest, chainId } = await openSession(options);
  const [total, shares] = await Promise.all([
    contracts.reserve.total(),
    contracts.reserve.monthlySharesPpm(),
  ]);
  provider.destroy();
  return {
    total,
    monthlySharesPpm: shares.map(Number),
    epochZero: manifest.epochZero,
    name: `chain ${chainId}`,
  };
}

function inFile(file: string): Source {
  const parameters = readToDraw(file);
  return {
    total: emissionTotal(parameters),
    monthlySharesPpm: parameters.emission.sharesPpm,
    epochZero: null,
    name: `parameters "${parameters.name}"`,
  };
}

const ANYONE = "0x0000000000000000000000000000000000000001";

/** Parameters whose parties may still be open: a curve depends on none of them. */
export function readToDraw(file: string): Parameters {
  const named = JSON.stringify(readJson(file)).replaceAll(ZeroAddress, ANYONE);
  return parseParameters(JSON.parse(named), file);
}

/** Prints a picture, or its figures as JSON, and writes the SVG where one is asked for. */
export function show(options: PictureOptions, picture: Picture, figures: object): void {
  const { out, json } = options;
  if (out !== undefined) writeSvg(out, picture);
  printResult(json === true, { ...figures, ...(out === undefined ? {} : { svg: out }) }, () => {
    const drawn = picture.panels.map(drawTerminal);
    const written = out === undefined ? [] : [`The picture is in ${out}.`];
    return [`${picture.title}\n${picture.subtitle}`, ...drawn, ...written].join("\n\n");
  });
}

function writeSvg(file: string, picture: Picture): void {
  try {
    writeFileSync(file, drawSvg(picture));
  } catch (cause) {
    throw new CliError(
      `${file} cannot be written (${cause instanceof Error ? cause.message : cause})`,
      "name a file in a directory that exists and is yours",
      { code: "file-not-writable", cause },
    );
  }
}
